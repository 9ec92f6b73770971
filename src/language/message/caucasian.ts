import type { MessageWords } from './meaning.ts';

const armenian: MessageWords = {
  code: `կոդ*, գաղտնաբառ*, ծածկագիր*, ծածկագր*, պին`,
  act: `մուտքագրեք, մուտքագրել, մուտք*, օգտագործ*, հաստատ*, վավերաց*, գրանցվ*`,
  link: `ձեր, է, այս`,
  warn: `ոչ ոքի, մի հայտնեք, մի փոխանցեք`,
};

const georgian: MessageWords = {
  code: `კოდ*, პაროლ*, პინ`,
  act: `შეიყვან*, გამოიყენ*, შესასვლელად, შესვლ*, დაადასტურ*, ავტორიზაცი*`,
  link: `თქვენი, არის, ეს`,
  warn: `არავის`,
};

/** Armenian and Georgian. */
export const caucasian: readonly MessageWords[] = [armenian, georgian];
