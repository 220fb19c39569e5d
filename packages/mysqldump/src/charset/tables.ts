/**
 * Generated from a MariaDB 10.11 server, not by hand: what `CONVERT(_charset x'80' USING utf16)` and its
 * fellows answer. `test/charset/tables.test.ts` asks a live server again. U+FFFD marks bytes the charset lacks.
 */

/** Characters of the bytes 0x80 to 0xFF, by MySQL's name of the charset; below 0x80 all of them are ASCII. */
export const singleByteTables: Readonly<Record<string, string>> = {
  armscii8:
    '\u0080\u0081\u0082\u0083\u0084\u0085\u0086\u0087\u0088\u0089\u008a\u008b\u008c\u008d\u008e\u008f\u0090\u0091\u0092\u0093\u0094\u0095\u0096\u0097\u0098\u0099\u009a\u009b\u009c\u009d\u009e\u009f ❁§։\u0029\u0028»«—\u002e՝\u002c\u002d՟…՜՛՞ԱաԲբԳգԴդԵեԶզԷէԸըԹթԺժԻիԼլԽխԾծԿկՀհՁձՂղՃճՄմՅյՆնՇշՈոՉչՊպՋջՌռՍսՎվՏտՐրՑցՒւՓփՔքՕօՖֆ’\u0027',
  cp1250:
    '€\ufffd‚\ufffd„…†‡\ufffd‰Š‹ŚŤŽŹ\ufffd‘’“”•–—\ufffd™š›śťžź ˇ˘Ł¤Ą¦§¨©Ş«¬\u00ad®Ż°±˛ł´µ¶·¸ąş»Ľ˝ľżŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢßŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙',
  cp1251:
    'ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\ufffd™љ›њќћџ ЎўЈ¤Ґ¦§Ё©Є«¬\u00ad®Ї°±Ііґµ¶·ё№є»јЅѕїАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя',
  cp1256:
    '€پ‚ƒ„…†‡ˆ‰\ufffd‹Œچژ\ufffdگ‘’“”•–—\ufffd™\ufffd›œ\u200c\u200d\ufffd ،¢£¤¥¦§¨©\ufffd«¬\u00ad®¯°±²³´µ¶·¸¹؛»¼½¾؟\ufffdءآأؤإئابةتثجحخدذرزسشصض×طظعغـفقكàلâمنهوçèéêëىيîïًٌٍَôُِ÷ّùْûü\u200e\u200f\ufffd',
  cp1257:
    '€\ufffd‚\ufffd„…†‡\ufffd‰\ufffd‹\ufffd¨ˇ¸\ufffd‘’“”•–—\ufffd™\ufffd›\ufffd¯˛\ufffd \ufffd¢£¤\ufffd¦§Ø©Ŗ«¬\u00ad®Æ°±²³´µ¶·ø¹ŗ»¼½¾æĄĮĀĆÄÅĘĒČÉŹĖĢĶĪĻŠŃŅÓŌÕÖ×ŲŁŚŪÜŻŽßąįāćäåęēčéźėģķīļšńņóōõö÷ųłśūüżž˙',
  cp850:
    'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■ ',
  cp852:
    'ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u00ad˝˛ˇ˘§÷¸°¨˙űŘř■ ',
  cp866:
    'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмноп░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀рстуфхцчшщъыьэюяЁёЄєЇїЎў°∙·√ⁿ²■ ',
  dec8: '\u0080\u0081\u0082\u0083\u0084\u0085\u0086\u0087\u0088\u0089\u008a\u008b\u008c\u008d\u008e\u008f\u0090\u0091\u0092\u0093\u0094\u0095\u0096\u0097\u0098\u0099\u009a\u009b\u009c\u009d\u009e\u009f ¡¢£\ufffd¥\ufffd§¤©ª«\ufffd\ufffd\ufffd\ufffd°±²³\ufffdµ¶·\ufffd¹º»¼½\ufffd¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏ\ufffdÑÒÓÔÕÖŒØÙÚÛÜŸ\ufffdßàáâãäåæçèéêëìíîï\ufffdñòóôõöœøùúûüÿ\ufffd\ufffd',
  geostd8:
    '€\ufffd‚\ufffd„…†‡\ufffd‰\ufffd‹\ufffd\ufffd\ufffd\ufffd\ufffd‘’“”•–—\ufffd\ufffd\ufffd›\ufffd\ufffd\ufffd\ufffd ¡¢£¤¥¦§¨©ª«¬\u00ad®¯°±²³´µ¶·¸¹º»¼½¾¿აბგდევზჱთიკლმნჲოპჟრსტჳუფქღყშჩცძწჭხჴჯჰჵ\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd№\ufffd\ufffd',
  greek:
    '\u0080\u0081\u0082\u0083\u0084\u0085\u0086\u0087\u0088\u0089\u008a\u008b\u008c\u008d\u008e\u008f\u0090\u0091\u0092\u0093\u0094\u0095\u0096\u0097\u0098\u0099\u009a\u009b\u009c\u009d\u009e\u009f ʽʼ£\ufffd\ufffd¦§¨©\ufffd«¬\u00ad\ufffd―°±²³΄΅Ά·ΈΉΊ»Ό½ΎΏΐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡ\ufffdΣΤΥΦΧΨΩΪΫάέήίΰαβγδεζηθικλμνξοπρςστυφχψωϊϋόύώ\ufffd',
  hebrew:
    '\u0080\u0081\u0082\u0083\u0084\u0085\u0086\u0087\u0088\u0089\u008a\u008b\u008c\u008d\u008e\u008f\u0090\u0091\u0092\u0093\u0094\u0095\u0096\u0097\u0098\u0099\u009a\u009b\u009c\u009d\u009e\u009f \ufffd¢£¤¥¦§¨©×«¬\u00ad®‾°±²³´µ¶·¸¹÷»¼½¾\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd‗אבגדהוזחטיךכלםמןנסעףפץצקרשת\ufffd\ufffd\u200e\u200f\ufffd',
  hp8: '\u0080\u0081\u0082\u0083\u0084\u0085\u0086\u0087\u0088\u0089\u008a\u008b\u008c\u008d\u008e\u008f\u0090\u0091\u0092\u0093\u0094\u0095\u0096\u0097\u0098\u0099\u009a\u009b\u009c\u009d\u009e\u009f ÀÂÈÊËÎÏ´ˋˆ¨˜ÙÛ₤¯Ýý°ÇçÑñ¡¿¤£¥§ƒ¢âêôûáéóúàèòùäëöüÅîØÆåíøæÄìÖÜÉïßÔÁÃãÐðÍÌÓÒÕõŠšÚŸÿÞþ·µ¶¾—¼½ªº«■»±\ufffd',
  keybcs2:
    'ČüéďäĎŤčěĚĹÍľĺÄÁÉžŽôöÓůÚýÖÜŠĽÝŘťáíóúňŇŮÔšřŕŔ¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■ ',
  koi8r:
    '─│┌┐└┘├┤┬┴┼▀▄█▌▐░▒▓⌠■∙√≈≤≥ ⌡°²·÷═║╒ё╓╔╕╖╗╘╙╚╛╜╝╞╟╠╡Ё╢╣╤╥╦╧╨╩╪╫╬©юабцдефгхийклмнопярстужвьызшэщчъЮАБЦДЕФГХИЙКЛМНОПЯРСТУЖВЬЫЗШЭЩЧЪ',
  koi8u:
    '─│┌┐└┘├┤┬┴┼▀▄█▌▐░▒▓⌠■•√≈≤≥ ⌡°²·÷═║╒ёє╔ії╗╘╙╚╛ґ╝╞╟╠╡ЁЄ╣ІЇ╦╧╨╩╪Ґ╬©юабцдефгхийклмнопярстужвьызшэщчъЮАБЦДЕФГХИЙКЛМНОПЯРСТУЖВЬЫЗШЭЩЧЪ',
  latin1:
    '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ ¡¢£¤¥¦§¨©ª«¬\u00ad®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ',
  latin2:
    '\u0080\u0081\u0082\u0083\u0084\u0085\u0086\u0087\u0088\u0089\u008a\u008b\u008c\u008d\u008e\u008f\u0090\u0091\u0092\u0093\u0094\u0095\u0096\u0097\u0098\u0099\u009a\u009b\u009c\u009d\u009e\u009f Ą˘Ł¤ĽŚ§¨ŠŞŤŹ\u00adŽŻ°ą˛ł´ľśˇ¸šşťź˝žżŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢßŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙',
  latin5:
    '\u0080\u0081\u0082\u0083\u0084\u0085\u0086\u0087\u0088\u0089\u008a\u008b\u008c\u008d\u008e\u008f\u0090\u0091\u0092\u0093\u0094\u0095\u0096\u0097\u0098\u0099\u009a\u009b\u009c\u009d\u009e\u009f ¡¢£¤¥¦§¨©ª«¬\u00ad®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏĞÑÒÓÔÕÖ×ØÙÚÛÜİŞßàáâãäåæçèéêëìíîïğñòóôõö÷øùúûüışÿ',
  latin7:
    '\u0080\u0081\u0082\u0083\u0084\u0085\u0086\u0087\u0088\u0089\u008a\u008b\u008c\u008d\u008e\u008f\u0090\u0091\u0092\u0093\u0094\u0095\u0096\u0097\u0098\u0099\u009a\u009b\u009c\u009d\u009e\u009f ”¢£¤„¦§Ø©Ŗ«¬\u00ad®Æ°±²³“µ¶·ø¹ŗ»¼½¾æĄĮĀĆÄÅĘĒČÉŹĖĢĶĪĻŠŃŅÓŌÕÖ×ŲŁŚŪÜŻŽßąįāćäåęēčéźėģķīļšńņóōõö÷ųłśūüżž’',
  macce:
    'ÄĀāÉĄÖÜáąČäčĆćéŹźĎíďĒēĖóėôöõúĚěü†°Ę£§•¶ß®©™ę¨≠ģĮįĪ≤≥īĶ∂∑łĻļĽľĹĺŅņŃ¬√ńŇ∆«»… ňŐÕőŌ–—“”‘’÷◊ōŔŕŘ‹›řŖŗŠ‚„šŚśÁŤťÍŽžŪÓÔūŮÚůŰűŲųÝýķŻŁżĢˇ',
  macroman:
    'ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»… ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\uf8ffÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ',
  tis620:
    '\u0080\u0081\u0082\u0083\u0084\u0085\u0086\u0087\u0088\u0089\u008a\u008b\u008c\u008d\u008e\u008f\u0090\u0091\u0092\u0093\u0094\u0095\u0096\u0097\u0098\u0099\u009a\u009b\u009c\u009d\u009e\u009f\ufffdกขฃคฅฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรฤลฦวศษสหฬอฮฯะัาำิีึืฺุู\ufffd\ufffd\ufffd\ufffd฿เแโใไๅๆ็่้๊๋์ํ๎๏๐๑๒๓๔๕๖๗๘๙๚๛\ufffd\ufffd\ufffd\ufffd',
};

/**
 * Codes of two or three bytes where MySQL differs from the WHATWG decoder of the same name: hexadecimal code,
 * then four digits of the character, separated by blanks.
 */
export const multiByteOverrides: Readonly<Record<string, string>> = {
  gb2312: 'a1a430fb a1aa2015',
  big5: 'a1452022 a14eff64 a1c2203e a1e3223c a1f22641 a1f32609 a241ff0f a242ff3c a24400a5 a24600a2 a24700a3 c6a130fe c6a2309d c6a3309e c6a43005 c6a53041 c6a63042 c6a73043 c6a83044 c6a93045 c6aa3046 c6ab3047 c6ac3048 c6ad3049 c6ae304a c6af304b c6b0304c c6b1304d c6b2304e c6b3304f c6b43050 c6b53051 c6b63052 c6b73053 c6b83054 c6b93055 c6ba3056 c6bb3057 c6bc3058 c6bd3059 c6be305a c6bf305b c6c0305c c6c1305d c6c2305e c6c3305f c6c43060 c6c53061 c6c63062 c6c73063 c6c83064 c6c93065 c6ca3066 c6cb3067 c6cc3068 c6cd3069 c6ce306a c6cf306b c6d0306c c6d1306d c6d2306e c6d3306f c6d43070 c6d53071 c6d63072 c6d73073 c6d83074 c6d93075 c6da3076 c6db3077 c6dc3078 c6dd3079 c6de307a c6df307b c6e0307c c6e1307d c6e2307e c6e3307f c6e43080 c6e53081 c6e63082 c6e73083 c6e83084 c6e93085 c6ea3086 c6eb3087 c6ec3088 c6ed3089 c6ee308a c6ef308b c6f0308c c6f1308d c6f2308e c6f3308f c6f43090 c6f53091 c6f63092 c6f73093 c6f830a1 c6f930a2 c6fa30a3 c6fb30a4 c6fc30a5 c6fd30a6 c6fe30a7 c74030a8 c74130a9 c74230aa c74330ab c74430ac c74530ad c74630ae c74730af c74830b0 c74930b1 c74a30b2 c74b30b3 c74c30b4 c74d30b5 c74e30b6 c74f30b7 c75030b8 c75130b9 c75230ba c75330bb c75430bc c75530bd c75630be c75730bf c75830c0 c75930c1 c75a30c2 c75b30c3 c75c30c4 c75d30c5 c75e30c6 c75f30c7 c76030c8 c76130c9 c76230ca c76330cb c76430cc c76530cd c76630ce c76730cf c76830d0 c76930d1 c76a30d2 c76b30d3 c76c30d4 c76d30d5 c76e30d6 c76f30d7 c77030d8 c77130d9 c77230da c77330db c77430dc c77530dd c77630de c77730df c77830e0 c77930e1 c77a30e2 c77b30e3 c77c30e4 c77d30e5 c77e30e6 c7a130e7 c7a230e8 c7a330e9 c7a430ea c7a530eb c7a630ec c7a730ed c7a830ee c7a930ef c7aa30f0 c7ab30f1 c7ac30f2 c7ad30f3 c7ae30f4 c7af30f5 c7b030f6 c7b10414 c7b20415 c7b30401 c7b40416 c7b50417 c7b60418 c7b70419 c7b8041a c7b9041b c7ba041c c7bb0423 c7bc0424 c7bd0425 c7be0426 c7bf0427 c7c00428 c7c10429 c7c2042a c7c3042b c7c4042c c7c5042d c7c6042e c7c7042f c7c80430 c7c90431 c7ca0432 c7cb0433 c7cc0434 c7cd0435 c7ce0451 c7cf0436 c7d00437 c7d10438 c7d20439 c7d3043a c7d4043b c7d5043c c7d6043d c7d7043e c7d8043f c7d90440 c7da0441 c7db0442 c7dc0443 c7dd0444 c7de0445 c7df0446 c7e00447 c7e10448 c7e20449 c7e3044a c7e4044b c7e5044c c7e6044d c7e7044e c7e8044f c7e92460 c7ea2461 c7eb2462 c7ec2463 c7ed2464 c7ee2465 c7ef2466 c7f02467 c7f12468 c7f22469 c7f32474 c7f42475 c7f52476 c7f62477 c7f72478 c7f82479 c7f9247a c7fa247b c7fb247c c7fc247d',
  euckr: 'a2e620ac a2e700ae',
  ujis: 'a1c0005c a1c1301c a1c22016 a1dd2212 a1f100a2 a1f200a3 a2cc00ac 8fa2b7007e',
  eucjpms:
    '8fa2c3ffe4 8ff3f32170 8ff3f42171 8ff3f52172 8ff3f62173 8ff3f72174 8ff3f82175 8ff3f92176 8ff3fa2177 8ff3fb2178 8ff3fc2179 8ff3fd2160 8ff3fe2161 8ff4a12162 8ff4a22163 8ff4a32164 8ff4a42165 8ff4a52166 8ff4a62167 8ff4a72168 8ff4a82169 8ff4a9ff07 8ff4aaff02 8ff4ab3231 8ff4ac2116 8ff4ad2121 8ff4ae70bb 8ff4af4efc 8ff4b050f4 8ff4b151ec 8ff4b25307 8ff4b35324 8ff4b4fa0e 8ff4b5548a 8ff4b65759 8ff4b7fa0f 8ff4b8fa10 8ff4b9589e 8ff4ba5bec 8ff4bb5cf5 8ff4bc5d53 8ff4bdfa11 8ff4be5fb7 8ff4bf6085 8ff4c06120 8ff4c1654e 8ff4c2663b 8ff4c36665 8ff4c4fa12 8ff4c5f929 8ff4c66801 8ff4c7fa13 8ff4c8fa14 8ff4c96a6b 8ff4ca6ae2 8ff4cb6df8 8ff4cc6df2 8ff4cd7028 8ff4cefa15 8ff4cffa16 8ff4d07501 8ff4d17682 8ff4d2769e 8ff4d3fa17 8ff4d47930 8ff4d5fa18 8ff4d6fa19 8ff4d7fa1a 8ff4d8fa1b 8ff4d97ae7 8ff4dafa1c 8ff4dbfa1d 8ff4dc7da0 8ff4dd7dd6 8ff4defa1e 8ff4df8362 8ff4e0fa1f 8ff4e185b0 8ff4e2fa20 8ff4e3fa21 8ff4e48807 8ff4e5fa22 8ff4e68b7f 8ff4e78cf4 8ff4e88d76 8ff4e9fa23 8ff4eafa24 8ff4ebfa25 8ff4ec90de 8ff4edfa26 8ff4ee9115 8ff4effa27 8ff4f0fa28 8ff4f19592 8ff4f2f9dc 8ff4f3fa29 8ff4f4973b 8ff4f5974d 8ff4f69751 8ff4f7fa2a 8ff4f8fa2b 8ff4f9fa2c 8ff4fa999e 8ff4fb9ad9 8ff4fc9b72 8ff4fdfa2d 8ff4fe9ed1',
  sjis: '8160301c 81612016 819100a2 819200a3 815f005c 817c2212 81ca00ac',
};
