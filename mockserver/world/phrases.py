"""Hold what Faker has no words for: messages that people send to a business, and awkward texts.

Messages are phrases with slots, filled while the pools are drawn (pools.py). Awkward texts go into
every generated world as they are (generate.py); none holds a character that XML forbids.
"""

__all__ = ["AWKWARD_TEXTS", "LINES", "PHRASES"]

PHRASES = {
    "en_US": (
        "Hi {person}, your appointment is confirmed for {hour}:{minute}. Reply STOP to opt out.",
        "This is {person} from {company}. Could you call me back today?",
        "Order {number} is ready for pickup.",
        "Is anyone there after {hour}:{minute}? I am stuck in traffic.",
        "Thanks, got it!",
        "Can you send invoice {number} again? The link has expired.",
        "Running {minute} minutes late, sorry.",
        "Please forward this to {person}.",
    ),
    "de_DE": (
        "Guten Tag {person}, Ihr Termin ist um {hour}:{minute} Uhr.",
        "Hier ist {person} von {company}. Bitte rufen Sie mich zurück.",
        "Auftrag {number} liegt zur Abholung bereit.",
        "Könnten Sie mir die Rechnung {number} noch einmal schicken?",
        "Danke, ist angekommen!",
        "Ich komme etwas später, Grüße an {person}.",
    ),
    "fr_FR": (
        "Bonjour {person}, votre rendez-vous est à {hour} h {minute}.",
        "C'est {person}, de {company}. Pouvez-vous me rappeler ?",
        "La commande {number} est prête.",
        "Pourriez-vous renvoyer la facture n° {number} ?",
        "Merci, bien reçu !",
        "J'aurai un peu de retard, désolé.",
    ),
    "ja_JP": (
        "{person}様、ご予約は{hour}時{minute}分です。",
        "{company}の{person}です。折り返しお電話ください。",
        "ご注文{number}の準備ができました。",
        "請求書{number}を再送していただけますか。",
        "ありがとうございます。",
    ),
    "ar_AA": (
        "مرحبا {person}، موعدك الساعة {hour}:{minute}.",
        "معك {person} من {company}، أرجو الاتصال بي.",
        "الطلب رقم {number} جاهز.",
        "هل يمكنك إعادة إرسال الفاتورة {number}؟",
        "شكرا، وصلت الرسالة.",
    ),
    "es_ES": (
        "Hola, {person}: su cita es a las {hour}:{minute}.",
        "Soy {person}, de {company}. ¿Puede llamarme?",
        "El pedido {number} está listo.",
        "¡Gracias, recibido!",
    ),
    "ru_RU": (
        "Здравствуйте, {person}! Ваша запись на {hour}:{minute}.",
        "Это {person} из {company}. Перезвоните, пожалуйста.",
        "Заказ {number} готов.",
        "Спасибо, получено!",
    ),
    "he_IL": (
        "שלום {person}, התור שלך בשעה {hour}:{minute}.",
        "מדבר {person} מ־{company}, אפשר לחזור אליי?",
        "הזמנה {number} מוכנה.",
        "תודה, התקבל!",
    ),
    "zh_CN": (
        "{person}您好，您的预约时间是{hour}:{minute}。",
        "我是{company}的{person}，请回电。",
        "订单{number}已备好。",
        "谢谢，收到！",
    ),
}

LINES = {
    "en_US": ("Front Desk", "Sales", "Support", "Billing", "Dispatch", "After Hours"),
    "de_DE": ("Zentrale", "Vertrieb", "Kundendienst", "Buchhaltung", "Notdienst"),
    "fr_FR": ("Accueil", "Ventes", "Dépannage", "Comptabilité", "Après-vente"),
    "ja_JP": ("受付", "営業部", "サポート", "経理課"),
    "ar_AA": ("الاستقبال", "المبيعات", "الدعم", "الحسابات"),
    "es_ES": ("Recepción", "Ventas", "Soporte", "Facturación"),
    "ru_RU": ("Приёмная", "Продажи", "Поддержка", "Бухгалтерия"),
    "he_IL": ("קבלה", "מכירות", "תמיכה", "הנהלת חשבונות"),
    "zh_CN": ("前台", "销售部", "客服", "财务部"),
}

AWKWARD_TEXTS = (
    "",
    "0",
    "null",
    'She said "call me", then hung up',
    "one, two; three\tfour",
    "first line\nsecond line\r\nthird line",
    "👍🏽",
    "👩‍👩‍👧‍👦 are on the way 🚐💨",
    "🏳️‍🌈🇩🇪🇯🇵",
    "مرحبا hello שלום",
    "\u202ereversed\u202c and back",
    "e\u0301 is not \u00e9, and \u212b is not \u00c5",
    "zero\u200bwidth\u200d and no\u00a0break\ufeff",
    "line\u2028and paragraph\u2029separators",
    "𝕬 text beyond the basic plane 𠮷",
    "<b>bold</b> & <script>alert(1)</script>",
    "]]> and <!-- and &amp; and %41",
    "=1+1",
    "@everyone -1 +1",
    '[a,b],{c:d},"e""f"',
    "back\\slash \\n \\u0041 'single' `tick`",
    " spaces around ",
    "https://example.com/?a=1&b=2#c+d",
    "Ωμέγα, ñandú, ßtraße, Ĳssel, ﬁne",
    "x" * 160,
    "Long story short. " * 60,
)
