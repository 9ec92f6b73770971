import { expect, test } from '@playwright/test';
import { type AccountMeaning, isLabeled, speaksOf } from '../../src/language/page/account.ts';

const PHRASES: readonly (readonly [text: string, meaning: AccountMeaning])[] = [
  ['Enable two-factor authentication', 'turnOn'],
  ['Zwei-Faktor-Authentifizierung aktivieren', 'turnOn'],
  ["Configurer l'application d'authentification", 'turnOn'],
  ['Activar verificación en dos pasos', 'turnOn'],
  ['Aggiungi', 'turnOn'],
  ['Włącz weryfikację dwuetapową', 'turnOn'],
  ['Подключить приложение', 'turnOn'],
  ['Ενεργοποίηση', 'turnOn'],
  ['Etkinleştir', 'turnOn'],
  ['二段階認証を有効にする', 'turnOn'],
  ['2단계 인증 사용 설정', 'turnOn'],
  ['启用双重认证', 'turnOn'],
  ['تفعيل المصادقة الثنائية', 'turnOn'],
  ['הפעל אימות דו-שלבי', 'turnOn'],
  ['Disable 2FA', 'turnOff'],
  ['Deaktivieren', 'turnOff'],
  ['Отключить', 'turnOff'],
  ['禁用', 'turnOff'],
  ['Two-factor authentication is now on', 'isOn'],
  ['La vérification en deux étapes est activée', 'isOn'],
  ['二段階認証が有効になりました', 'isOn'],
  ['Двухфакторная аутентификация включена', 'isOn'],
  ['Weryfikacja dwuetapowa: włączona', 'isOn'],
  ['Your password has been changed.', 'done'],
  ['Das Passwort wurde geändert.', 'done'],
  ['Contraseña cambiada correctamente', 'done'],
  ['パスワードを変更しました', 'done'],
  ['密码已修改', 'done'],
  ['Tvåstegsverifiering', 'twoFactor'],
  ['İki adımlı doğrulama', 'twoFactor'],
  ['Dvoufaktorové ověření', 'twoFactor'],
  ['Xác thực hai yếu tố', 'twoFactor'],
  ["I've saved my recovery codes", 'saved'],
  ['Ich habe die Codes gespeichert', 'saved'],
  ['Я сохранил коды', 'saved'],
  ["Can't scan it?", 'cannotScan'],
  ['Code lässt sich nicht scannen?', 'cannotScan'],
  ['Impossible de scanner ?', 'cannotScan'],
  ['QRコードを読み取れない場合', 'cannotScan'],
  ['无法扫描？', 'cannotScan'],
  ['Mot de passe actuel', 'current'],
  ['Huidig wachtwoord', 'current'],
  ['現在のパスワード', 'current'],
  ['Nuova password', 'new'],
  ['新しいパスワード', 'new'],
  ['Repita la contraseña', 'repeat'],
  ['비밀번호 확인', 'repeat'],
  ['Your password has expired.', 'mustChange'],
  ['Срок действия пароля истек', 'mustChange'],
];

for (const [text, meaning] of PHRASES)
  test(`"${text}" is of the meaning ${meaning}`, () => {
    expect(speaksOf(text, meaning)).toBe(true);
  });

test('words of other pages have none of the meanings that change something', () => {
  for (const text of ['Orders', 'Sign in', 'Forgot your password?', 'Nothing new.', 'Buchungen', 'Mes commandes'])
    expect(speaksOf(text, 'turnOn', 'turnOff', 'isOn', 'done', 'twoFactor', 'cannotScan', 'mustChange')).toBe(false);
});

test('"enable" and "disable" are told apart', () => {
  expect([isLabeled('Disable', 'turnOn'), isLabeled('Enable', 'turnOff')]).toEqual([false, false]);
});
