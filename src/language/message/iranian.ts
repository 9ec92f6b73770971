import type { MessageWords } from './meaning.ts';

const persian: MessageWords = {
  code: `کد, کدتان, کد تایید, رمز یکبار مصرف, رمز یک بار مصرف, شناسه تایید`,
  act: `وارد کنید, وارد, بزنید, ثبت نام, ثبتنام, ورود, استفاده`,
  link: `شما, است, با, را`,
};

const kurdish: MessageWords = {
  code: `koda, koda te, kod, koda pejirandine, sifreya te, کۆدی, کۆدەکەت, کۆد`,
  act: `binivise, tekeve, tekevin, tekeftin, teketine, teketin, bikar bine, piştrast, چوونەژوورەوە, بنووسە`,
  link: `te, ye, ji, bo`,
};

const pashto: MessageWords = {
  code: `کوډ, کوډونه, پټنوم, پاسورډ, د تایید کوډ`,
  act: `دننه, ولیکئ, ننوتلو, ننوتل, وکاروئ, تایید`,
  link: `ستاسو, دی, د, لپاره`,
};

const tajik: MessageWords = {
  code: `рамз*, коди, рамзи, пароли`,
  act: `ворид, дохил, истифода, тасдиқ`,
  link: `шумо, аст, барои`,
};

const urdu: MessageWords = {
  code: `کوڈ, پاسورڈ, پن کوڈ, تصدیقی کوڈ`,
  act: `درج, سائن ان, لاگ ان, استعمال, داخل`,
  link: `آپ, کا, ہے, یہ, لیے`,
};

/** Persian, Kurdish, Pashto, Tajik, and Urdu beside them in writing. */
export const iranian: readonly MessageWords[] = [persian, kurdish, pashto, tajik, urdu];
