import type { MessageWords } from './meaning.ts';

const hindi: MessageWords = {
  code: `कोड*, पिन, पासवर्ड, ओटीपी, सत्यापन संख्या, पुष्टि संख्या, प्रमाणीकरण संख्या, टोकन`,
  act: `दर्ज*, डालें, डालिए, प्रयोग, उपयोग, रजिस्टर*, साइन इन, साइनइन, लॉगिन, लॉग इन, सत्यापित*, पंजीकरण`,
  link: `है, का, की, आपका, आपकी, यह, के, लिए`,
};

const marathi: MessageWords = {
  code: `कोड*, संकेतांक`,
  act: `टाका, वापरा, प्रविष्ट, साइन इन, लॉग इन, सत्यापित, नोंदणी`,
  link: `आहे, तुमचा, हा`,
};

const nepali: MessageWords = {
  code: `कोड*, सङ्केत`,
  act: `प्रविष्ट, राख्नुहोस्, प्रयोग, साइन इन, लग इन, प्रमाणित`,
  link: `हो, तपाईंको, तपाईको, तपाइँको`,
};

const bengali: MessageWords = {
  code: `কোড*, পিন, পাসওয়ার্ড, ওটিপি`,
  act: `লিখুন, দিন, প্রবেশ, ব্যবহার, সাইন ইন, লগইন, লগ ইন, যাচাই`,
  link: `আপনার, হলো, হল, এটি`,
};

const assamese: MessageWords = {
  code: `কোড*, ক’ড`,
  act: `দিয়ক, লিখক, ব্যৱহাৰ, ছাইন ইন, লগ ইন`,
  link: `আপোনাৰ`,
};

const gujarati: MessageWords = {
  code: `કોડ*, પિન, પાસવર્ડ, ઓટીપી`,
  act: `દાખલ, લખો, ઉપયોગ, સાઇન ઇન, લોગ ઇન, લૉગ ઇન, ચકાસણી`,
  link: `તમારો, છે, માટે`,
};

const punjabi: MessageWords = {
  code: `ਕੋਡ*, ਪਿੰਨ, ਪਾਸਵਰਡ, ਓਟੀਪੀ`,
  act: `ਦਰਜ, ਭਰੋ, ਵਰਤੋ, ਸਾਈਨ ਇਨ, ਸਾਈਨ ਇੰਨ, ਲੌਗ ਇਨ, ਪੁਸ਼ਟੀ`,
  link: `ਤੁਹਾਡਾ, ਹੈ, ਲਈ`,
};

const odia: MessageWords = {
  code: `କୋଡ*, କୋଡ୍*, ପିନ୍, ପାସୱାର୍ଡ, ଓଟିପି`,
  act: `ଲେଖନ୍ତୁ, ଦିଅନ୍ତୁ, ପ୍ରବେଶ, ବ୍ୟବହାର, ସାଇନ୍ ଇନ୍, ସାଇନ ଇନ, ଲଗ୍ ଇନ୍`,
  link: `ଆପଣଙ୍କ, ଆପଣଙ୍କର, ହେଉଛି`,
};

const sinhala: MessageWords = {
  code: `කේත*, කෝඩ්*, මුරපද*, අංකය, රහස් අංක*`,
  act: `ඇතුළත්, ඇතුල්, භාවිත, පුරනය, පිවිසීම*, සත්‍යාපනය, තහවුරු`,
  link: `ඔබේ, ඔබගේ, වේ, වන්නේ`,
};

/** The languages of northern India, Nepal, Bangladesh and Sri Lanka. */
export const indic: readonly MessageWords[] = [
  hindi,
  marathi,
  nepali,
  bengali,
  assamese,
  gujarati,
  punjabi,
  odia,
  sinhala,
];
