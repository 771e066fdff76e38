/** Why a link does not open: the code of the refusal. */
export const REFUSED = ['CERTIFICATE_REVOKED', 'CERTIFICATE_SUPERSEDED', 'CERTIFICATE_SUSPENDED', 'LINK_EXPIRED', 'LINK_UNKNOWN'] as const;
export type Refused = (typeof REFUSED)[number];

/** What a page says: that it does not open, why, and what to do. */
export interface PageTexts {
  readonly title: string;
  readonly why: string;
  readonly whatToDo: string;
}
export type LanguageTexts = Readonly<Record<Refused, PageTexts>>;

/** In the languages of the house's templates; a country adds its own with the setting `texts`. The first is the fallback. */
export const HOUSE_TEXTS: Readonly<Record<string, LanguageTexts>> = {
  en: {
    CERTIFICATE_REVOKED: {
      title: 'This certificate has been revoked',
      why: 'Whoever issued it has withdrawn it. It is no longer valid, also where it was printed or saved before.',
      whatToDo: 'Ask the place that issued it what happened, and whether you can have a new one.',
    },
    CERTIFICATE_SUPERSEDED: {
      title: 'This certificate has been replaced',
      why: 'Another certificate has taken its place. This one is no longer valid, also where it was printed or saved before.',
      whatToDo: 'Ask the place that issued it for the new certificate. It has a link of its own.',
    },
    CERTIFICATE_SUSPENDED: {
      title: 'This certificate is suspended',
      why: 'It is not valid for the time being. It may become valid again.',
      whatToDo: 'Ask the place that issued it, or open this link again later.',
    },
    LINK_EXPIRED: {
      title: 'This link has expired',
      why: 'Links to certificates work for a limited time. The certificate itself is not affected.',
      whatToDo: 'Ask for a new link where you got this one.',
    },
    LINK_UNKNOWN: {
      title: 'This link does not exist',
      why: 'No certificate is behind this link.',
      whatToDo: 'Check that all of the link was copied, or ask for it again where you got it.',
    },
  },
  ar: {
    CERTIFICATE_REVOKED: {
      title: 'أُلغيت هذه الشهادة',
      why: 'سحبتها الجهة التي أصدرتها، ولم تعد صالحة، ولا تصلح نسخها المطبوعة أو المحفوظة من قبل.',
      whatToDo: 'اسأل الجهة التي أصدرتها عن السبب، وهل يمكنك الحصول على شهادة جديدة.',
    },
    CERTIFICATE_SUPERSEDED: {
      title: 'استُبدلت هذه الشهادة',
      why: 'حلّت محلها شهادة أخرى، ولم تعد هذه صالحة، ولا تصلح نسخها المطبوعة أو المحفوظة من قبل.',
      whatToDo: 'اطلب الشهادة الجديدة من الجهة التي أصدرتها، فلها رابط خاص بها.',
    },
    CERTIFICATE_SUSPENDED: {
      title: 'هذه الشهادة موقوفة مؤقتًا',
      why: 'هي غير صالحة في الوقت الحالي، وقد تعود صالحة.',
      whatToDo: 'اسأل الجهة التي أصدرتها، أو افتح هذا الرابط مرة أخرى لاحقًا.',
    },
    LINK_EXPIRED: {
      title: 'انتهت صلاحية هذا الرابط',
      why: 'تعمل روابط الشهادات لمدة محدودة. ولا يمس ذلك الشهادة نفسها.',
      whatToDo: 'اطلب رابطًا جديدًا ممن أعطاك هذا الرابط.',
    },
    LINK_UNKNOWN: {
      title: 'هذا الرابط غير موجود',
      why: 'لا توجد شهادة خلف هذا الرابط.',
      whatToDo: 'تأكد من نسخ الرابط كاملًا، أو اطلبه من جديد ممن أعطاك إياه.',
    },
  },
  hi: {
    CERTIFICATE_REVOKED: {
      title: 'यह प्रमाणपत्र रद्द कर दिया गया है',
      why: 'जारी करने वाले ने इसे वापस ले लिया है। यह अब मान्य नहीं है, पहले छापी या सहेजी गई प्रतियाँ भी नहीं।',
      whatToDo: 'जहाँ से यह जारी हुआ था, वहाँ कारण पूछें और जानें कि क्या नया प्रमाणपत्र मिल सकता है।',
    },
    CERTIFICATE_SUPERSEDED: {
      title: 'इस प्रमाणपत्र की जगह दूसरा जारी हुआ है',
      why: 'इसकी जगह अब दूसरा प्रमाणपत्र है। यह अब मान्य नहीं है, पहले छापी या सहेजी गई प्रतियाँ भी नहीं।',
      whatToDo: 'जहाँ से यह जारी हुआ था, वहाँ नया प्रमाणपत्र माँगें। उसका अपना अलग लिंक है।',
    },
    CERTIFICATE_SUSPENDED: {
      title: 'यह प्रमाणपत्र फ़िलहाल निलंबित है',
      why: 'यह अभी मान्य नहीं है। यह फिर से मान्य हो सकता है।',
      whatToDo: 'जहाँ से यह जारी हुआ था, वहाँ पूछें, या यह लिंक बाद में फिर खोलें।',
    },
    LINK_EXPIRED: {
      title: 'इस लिंक की अवधि समाप्त हो गई है',
      why: 'प्रमाणपत्रों के लिंक सीमित समय तक चलते हैं। इससे प्रमाणपत्र पर कोई असर नहीं पड़ता।',
      whatToDo: 'जहाँ से यह लिंक मिला था, वहाँ नया लिंक माँगें।',
    },
    LINK_UNKNOWN: {
      title: 'यह लिंक मौजूद नहीं है',
      why: 'इस लिंक पर कोई प्रमाणपत्र नहीं है।',
      whatToDo: 'जाँचें कि पूरा लिंक कॉपी हुआ है, या जहाँ से मिला था, वहाँ फिर माँगें।',
    },
  },
};
