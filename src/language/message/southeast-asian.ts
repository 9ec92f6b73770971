import type { MessageWords } from './meaning.ts';

const thai: MessageWords = {
  code: `รหัส, โค้ด, โอทีพี`,
  act: `ป้อน, ใส่, กรอก, ใช้, ยืนยัน, เข้าสู่ระบบ, ลงชื่อเข้า, ตรวจสอบ`,
  link: `ของคุณ, คือ, ของท่าน`,
};

const lao: MessageWords = {
  code: `ລະຫັດ, ໂຄດ`,
  act: `ໃສ່, ປ້ອນ, ໃຊ້, ເຂົ້າສູ່ລະບົບ, ຢືນຢັນ`,
  link: `ຂອງທ່ານ, ແມ່ນ, ຄື`,
};

const khmer: MessageWords = {
  code: `លេខកូដ, កូដ, ពាក្យសម្ងាត់, លេខសម្ងាត់`,
  act: `បញ្ចូល, ប្រើ, ចូល, ផ្ទៀងផ្ទាត់, បញ្ជាក់`,
  link: `របស់អ្នក, គឺ, គឺជា`,
};

const burmese: MessageWords = {
  code: `ကုဒ်, ကုတ်, ကုဒ, စကားဝှက်, လျှို့ဝှက်နံပါတ်, အတည်ပြုနံပါတ်`,
  act: `ရိုက်ထည့်, ထည့်, အသုံးပြု, ဝင်ရန်, အကောင့်ဝင်, စာရင်းသွင်း, အတည်ပြု, လော့ဂ်အင်`,
  link: `သင့်, သင်၏, မှာ, ဖြစ်သည်`,
};

const vietnamese: MessageWords = {
  code: `ma, mat khau, ma dang nhap, ma cua ban`,
  act: `nhap, dang nhap, su dung, xac nhan, xac minh, dang ky`,
  link: `cua, ban, la`,
};

const indonesian: MessageWords = {
  code: `kode, kod, sandi, kata sandi, kata laluan, token, pin`,
  act: `masukkan, masukan, ketik, gunakan, masuk, daftar, log masuk, verifikasi, taip`,
  link: `anda, adalah, ialah, untuk`,
};

const javanese: MessageWords = {
  code: `kode, kodhe, tembung sandi`,
  act: `lebokake, lebokna, mlebu, gunakake`,
  link: `sampeyan, yaiku, iku`,
};

const filipino: MessageWords = {
  code: `code, kodigo, password`,
  act: `ilagay, i type, gamitin, mag sign in, mag log in, i verify`,
  link: `ang, iyong, ay, ito`,
};

/** The languages of Southeast Asia. */
export const southeastAsian: readonly MessageWords[] = [
  thai,
  lao,
  khmer,
  burmese,
  vietnamese,
  indonesian,
  javanese,
  filipino,
];
