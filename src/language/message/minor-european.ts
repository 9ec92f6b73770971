import type { MessageWords } from './meaning.ts';

const icelandic: MessageWords = {
  code: `kodi*, kodinn*, koda, oryggisnumer, adgangsord, lykilord, stadfestingarkod*, *kodinn, *kodi`,
  act: `sladu inn, slaou inn, slad inn, slau inn, skra, notadu, notaou, innskraning*, stadfest*`,
  link: `thinn, thin, er`,
};

const faroese: MessageWords = {
  code: `kota, kotan, koda, kodan, loyniord*`,
  act: `skriva, rita inn, nyt, vatta`,
  link: `hja, taer, er`,
};

const irish: MessageWords = {
  code: `cod, chod, an cod, pasfhocal, phasfhocal, uimhir dheimhnithe`,
  act: `iontrail, ionchuir, cuir isteach, usaid, siniu isteach, sinigh isteach, logail isteach, deimhnigh`,
  link: `is, e, do, an, na`,
};

const welsh: MessageWords = {
  code: `cod, god, cyfrinair, rhif pin`,
  act: `rhowch, nodwch, defnyddiwch, fewngofnodi, mewngofnodi, dilysu`,
  link: `yw, eich, dilysu`,
};

const scottishGaelic: MessageWords = {
  code: `cod, chod, facal faire, fhacal faire`,
  act: `cuir a steach, cleachd, clàraich a steach, dearbh`,
  link: `is, e, do, an`,
};

const basque: MessageWords = {
  code: `kode, kodea*, kodeak, pasahitz*, egiaztapen kode*`,
  act: `idatzi, sartu, erabili, saioa hasteko, saioa hasi, egiaztatu, berretsi`,
  link: `zure, da, hau`,
};

const maltese: MessageWords = {
  code: `kodici, kodiciet, password`,
  act: `dahhal, daħħal, uza, tidhol, tidħol, ikkonferma`,
  link: `tieghek, tiegħek, huwa, il, l`,
};

const luxembourgish: MessageWords = {
  code: `code, passwuert`,
  act: `gitt, aginn, umellen, anzeloggen, aloggen, bestategt`,
  link: `are, ass, den, daer`,
};

const esperanto: MessageWords = {
  code: `kodo, kodon, pasvorto, konfirmkodo*`,
  act: `tajpu, enigu, uzu, ensaluti, konfirmi`,
  link: `via, estas`,
};

const catalan: MessageWords = {
  code: `codi, contrasenya, clau`,
  act: `introduiu, introdueix, escriviu, escriu, inicia, iniciar la sessio, iniciar sessio, accedir, verificar`,
  link: `el, es, vostre, teu, la`,
};

const albanian: MessageWords = {
  code: `kodi, kodin, kodit, kod, fjalekalim*`,
  act: `fut, futni, shkruaj, shkruani, perdor, perdorni, kycur, kyçur, hyre, hyni, verifiko*, konfirmo*`,
  link: `juaj, eshte, yt, per`,
};

const estonian: MessageWords = {
  code: `*kood, *koodi, *koodiga, kood, koodi, parool*, salasona*`,
  act: `sisesta, sisestage, kasuta, kasutage, sisselogimis*, logi, kinnita*`,
  link: `teie, sinu, on, see`,
};

const belarusian: MessageWords = {
  code: `код, кода, кодам, пароль, пароля`,
  act: `увядзіце, выкарыстоўвайце, увайсці, уваход*, пацвярджэння, пацвердз*`,
  link: `ваш, гэта`,
};

const macedonian: MessageWords = {
  code: `код, кодот, лозинка, лозинката`,
  act: `внесете, користете, најавите, најава, потврд*`,
  link: `вашиот, е, за`,
};

const mongolian: MessageWords = {
  code: `код*, нууц үг*, баталгаажуулах код*`,
  act: `оруулна, оруулж, оруул, нэвтрэх*, ашигла*, баталгаажуул*`,
  link: `таны, бол, энэ`,
};

/** European languages that few services write, and Mongolian beside Cyrillic. */
export const minorEuropean: readonly MessageWords[] = [
  icelandic,
  faroese,
  irish,
  welsh,
  scottishGaelic,
  basque,
  maltese,
  luxembourgish,
  esperanto,
  catalan,
  albanian,
  estonian,
  belarusian,
  macedonian,
  mongolian,
];
