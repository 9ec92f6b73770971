import type { MessageWords } from './meaning.ts';

const swahili: MessageWords = {
  code: `msimbo*, namba yako, namba ya siri, namba ya uthibitisho, nambari yako, nambari ya siri, nambari ya uthibitisho, kodi yako, nywila*, neno la siri`,
  act: `weka, ingiza, andika, tumia, thibitisha, ingia, uingie, kuingia, kujiunga`,
  link: `yako, wako, ni, ya`,
  other: `namba ya simu, namba yako ya simu, nambari ya simu, nambari yako ya simu, namba ya akaunti, nambari ya akaunti, namba ya kumbukumbu`,
  warn: `usimwambie, usitoe`,
};

const hausa: MessageWords = {
  code: `lambar ku, lambarku, lambarka, lambarki, lambar ka, lambar tabbatarwa, lambar sirri, lambar tantancewa, kalmar sirri, kod, kodin*`,
  act: `shigar, shiga, rubuta, saka, amfani, tabbatar*`,
  link: `ita, ce, shine, ne, ku, da`,
  other: `lambar waya, lambar wayarka, lambar asusu`,
  warn: `kada ku raba, kada ka raba, kar ka raba`,
};

const yoruba: MessageWords = {
  code: `koodu, kodu, oro igbaniwole, nomba idaniloju`,
  act: `te, tẹ, lo, wole, fi sii, jerisi`,
  link: `re, rẹ, ni`,
};

const igbo: MessageWords = {
  code: `koodu, koodu nkwenye, okwuntughe, paswoodu`,
  act: `tinye, banye, jiri, nyochaa, kwado`,
  link: `gi, bu, bụ`,
};

const zulu: MessageWords = {
  code: `*khodi, ikhodi*, yikhodi, khodi, iphasiwedi*, iphinikhodi*`,
  act: `faka, ngena, ungene, sebenzisa, qinisekisa`,
  link: `yakho, ithi, ngu`,
};

const somali: MessageWords = {
  code: `koodh*, kood*, koodka*, furaha sirta`,
  act: `geli, gal, gasho, isticmaal, xaqiiji`,
  link: `waa, kaaga, kaagu`,
};

const amharic: MessageWords = {
  code: `ኮድ*, የይለፍ ቃል*, ማረጋገጫ ኮድ*, የማረጋገጫ ኮድ*, ሚስጥር ቁጥር*, ሚስጥራዊ ቁጥር*`,
  act: `ያስገቡ, አስገባ, ለመግባት, ይጠቀሙ, ለማረጋገጥ`,
  link: `የእርስዎ, ነው`,
};

const afrikaans: MessageWords = {
  code: `kode, wagwoord, eenmalige pin, verifikasiekode`,
  act: `voer, voer in, gebruik, meld, aan te meld, aanmeld, teken in, bevestig`,
  link: `jou, is`,
};

const malagasy: MessageWords = {
  code: `kaodinao, kaody, teny miafina`,
  act: `ampidiro, ampiasao, hiditra, hidirana`,
  link: `dia, ny`,
};

/** The languages of sub-Saharan Africa. */
export const african: readonly MessageWords[] = [
  swahili,
  hausa,
  yoruba,
  igbo,
  zulu,
  somali,
  amharic,
  afrikaans,
  malagasy,
];
