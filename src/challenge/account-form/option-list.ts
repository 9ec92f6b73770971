import type { OptionView } from '../page/form-control.ts';

type List = readonly OptionView[];

const COUNTRY_CODES = new Set(
  'US DE FR GB IT ES NL PL BR IN CN JP CA AU SE USA DEU FRA GBR ITA ESP IND CHN JPN'.split(' '),
);
const COUNTRY_NAMES =
  /germany|deutschland|allemagne|alemania|alemanha|germania|niemcy|германия|німеччина|ألمانيا|德国|德國|ドイツ|독일|almanya|duitsland|tyskland|afghanistan|france|frankreich|francia|italy|poland|brazil|japan|canada/i;
const MALE =
  /^(?:m|male|man|men|mann|männlich|homme|hombre|masculino|uomo|maschio|maschile|man|mies|mężczyzna|muž|мужской|мужчина|чоловік|ذكر|男|男性|남|남성|남자|erkek|pria|laki-laki|nam|ชาย|mand|זכר|पुरुष)$/i;
const FEMALE =
  /^(?:f|w|female|woman|women|frau|weiblich|femme|mujer|femenino|feminino|donna|femmina|femminile|vrouw|nainen|kobieta|žena|женский|женщина|жінка|أنثى|女|女性|여|여성|여자|kadın|wanita|perempuan|nữ|หญิง|kvinde|kvinna|kvinne|נקבה|महिला)$/i;
const TITLE =
  /^(?:mr|mrs|ms|miss|mx|dr|prof|herr|frau|monsieur|madame|m|mme|mlle|sr|sra|srta|sig|sig\.ra|dhr|mevr|pan|pani|bay|bayan)\.?$/i;

const chosen = (list: List): OptionView[] => list.filter(({ label, value }) => value !== '' || /\p{L}|\d/u.test(label));
const share = (list: List, test: (option: OptionView) => boolean): number =>
  list.length === 0 ? 0 : list.filter(test).length / list.length;

/** True for a list of countries. */
export function isCountryList(list: List): boolean {
  if (list.length < 3) return false;
  const codes = list.filter(({ value }) => COUNTRY_CODES.has(value.toUpperCase())).length;
  const names = list.filter(({ label }) => COUNTRY_NAMES.test(label)).length;
  return codes >= 3 || names >= 3 || (list.length >= 30 && codes + names >= 3);
}

/** True for the country codes of phone numbers. */
export function isDialCodeList(list: List): boolean {
  return list.length >= 3 && share(list, ({ label, value }) => /\+\s?\d{1,4}\b/.test(`${label} ${value}`)) > 0.5;
}

/** True for a choice between male and female. */
export function isGenderList(list: List): boolean {
  const has = (pattern: RegExp): boolean =>
    list.some(({ label, value }) => pattern.test(label.trim()) || pattern.test(value));
  return list.length <= 12 && has(MALE) && has(FEMALE);
}

/** True for forms of address: "Mr", "Ms". */
export function isTitleList(list: List): boolean {
  return list.length <= 20 && list.filter(({ label }) => TITLE.test(label.trim())).length >= 2;
}

/** True for the days of a month. */
export function isDayList(list: List): boolean {
  const days = chosen(list).filter(({ label }) => /^0?[1-9]$|^[12]\d$|^3[01]$/.test(label.trim()));
  return days.length >= 28 && days.length <= 31;
}

/** True for the months of a year. */
export function isMonthList(list: List): boolean {
  const values = chosen(list).filter(({ value }) => /^(?:0?\d|1[0-2])$/.test(value) || /^[a-z]{3,9}$/i.test(value));
  return values.length >= 12 && values.length <= 13 && list.length <= 14;
}

/** True for years. */
export function isYearList(list: List): boolean {
  return list.length >= 10 && share(chosen(list), ({ label }) => /^(?:19|20)\d\d$/.test(label.trim())) > 0.7;
}
