import type { MessageWords } from './meaning.ts';

const turkish: MessageWords = {
  code: `kodunuz*, kodun, kodu, kodunu, kodla, sifreniz*, sifren, parolaniz*, dogrulama kodunuz*`,
  act: `giriniz, girin, gir, yazin, yaziniz, kullanin, giris, oturum, dogrulayin`,
  link: `icin, sizin, asagidaki, budur`,
  warn: `paylasma, vermeyin, soylemeyin`,
};

const azerbaijani: MessageWords = {
  code: `kodunuz*, kod*, sifreniz*, tesdiq kodu, parolunuz*`,
  act: `daxil, yazin, istifade, girin, tesdiqle*`,
  link: `sizin, ucun, budur`,
  warn: `hec kime, bildirmeyin`,
};

const kazakh: MessageWords = {
  code: `коды, кодың*, кодын, кодыңыз*, құпиясөз*, құпия сөз*, растау коды*, пин код*`,
  act: `енгізіңіз, енгізу, теріңіз, пайдаланыңыз, кіру, растау, тіркелу, тіркеліңіз`,
  link: `сіздің, бұл, үшін`,
  warn: `ешкімге, айтпаңыз, бөліспеңіз`,
};

const kyrgyz: MessageWords = {
  code: `коду, кодуң*, кодуңуз*, кодду, сырсөз*, сыр сөз*, ырастоо коду*`,
  act: `киргизиңиз, териңиз, колдонуңуз, кирүү, ырастоо, катталуу`,
  link: `сиздин, бул, үчүн`,
  warn: `эч кимге, бөлүшпөңүз, айтпаңыз`,
};

const uzbek: MessageWords = {
  code: `kodingiz*, kodi, kodini, kodni, parolingiz*, tasdiqlash kodingiz*, кодингиз*, паролингиз*, тасдиқлаш коди*`,
  act: `kiriting, kiritish, tering, foydalaning, kirish, tasdiqlash, киритинг, кириш, тасдиқлаш`,
  link: `sizning, uchun, bu, сизнинг, учун`,
  warn: `hech kimga, bermang, aytmang, ҳеч кимга`,
};

const tatar: MessageWords = {
  code: `кодыгыз*, кодыгызны, серсүз*, раслау коды*`,
  act: `языгыз, кертегез, кулланыгыз, керү, раслау`,
  link: `сезнең, өчен, бу`,
};

const turkmen: MessageWords = {
  code: `kodunyz*, kody, kodyňyz*, parolyňyz*, açar sözüňiz*`,
  act: `giriziň, ýazyň, girmek, ulanyň, tassykla*`,
  link: `siziň, üçin`,
};

const uyghur: MessageWords = {
  code: `كودىڭىز*, كودنى, كودى, كود, پارولىڭىز*, پارول, جەزملەش كودى*, دەلىللەش كودى*`,
  act: `كىرگۈزۈڭ, كىرگۈزۈش, كىرىش, ئىشلىتىڭ, جەزملەش, دەلىللەش`,
  link: `سىزنىڭ, ئۈچۈن, بۇ`,
  warn: `ئورتاقلاشماڭ, ھېچكىمگە`,
};

/** The Turkic languages, in all their scripts. */
export const turkic: readonly MessageWords[] = [turkish, azerbaijani, kazakh, kyrgyz, uzbek, tatar, turkmen, uyghur];
