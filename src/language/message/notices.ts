import type { MessageWords } from './meaning.ts';

/** Words of messages that ask for nothing, in the languages of most services. */
export const notices: readonly MessageWords[] = [
  {
    // English
    ignore: `ignore, disregard, safely, no action, no further action, nothing to do, delete this`,
    trade: `thank you for your order, thanks for your order, your subscription, your contribution, your donation, your purchase, approved for, was approved, receipt, invoice, your order, order confirmation, order confirmed, order update, booking, reservation, itinerary, shipped, shipping, shipment, delivery, delivered, out for delivery, parcel, package, payment, paid, refund, statement, your bill, billing`,
    notice: `digest, newsletter, weekly, monthly, roundup, new sign in, new signin, new login, new log in, new device, new browser, sign in from, signin from, login from, login attempt, sign in attempt, signed in, logged in, unsuccessful, suspicious, unusual, security alert, security notice, security notification, changed, enabled, disabled, added, removed, updated, been reset, turned on, turned off, now active`,
  },
  {
    // German
    ignore: `ignorieren, ignoriere, nichts weiter, nichts zu tun, kein handlungsbedarf, keine weiteren schritte, gegenstandslos`,
    trade: `rechnung, quittung, beleg, bestellung, bestellbestatigung, buchung, buchungsbestatigung, reservierung, versand, versandt, versendet, lieferung, sendung, paket, zahlung`,
    notice: `neue anmeldung, neuer login, neues gerat, anmeldeversuch, sicherheitshinweis, sicherheitswarnung, sicherheitsbenachrichtigung, wurde geandert, geandert, wurde aktiviert, wurde deaktiviert, wurde hinzugefugt, wurde entfernt, wurde zuruckgesetzt, kontoauszug, wochenruckblick, zusammenfassung`,
  },
  {
    // French
    ignore: `ignorer, ignorez, aucune action, ne pas tenir compte`,
    trade: `recu, facture, votre commande, commande confirmee, reservation, expedie, expediee, livraison, colis, paiement, remboursement`,
    notice: `nouvelle connexion, nouvel appareil, tentative de connexion, alerte de securite, a ete modifie, a ete modifiee, modifie, modifiee, a ete active, a ete activee, a ete desactivee, a ete ajoute, a ete reinitialise, releve`,
  },
  {
    // Spanish
    ignore: `ignora, ignore, ignorar, ignoralo, haz caso omiso, haga caso omiso, no es necesario`,
    trade: `recibo, factura, tu pedido, su pedido, reserva, enviado, envio, entrega, paquete, pago, reembolso`,
    notice: `nuevo inicio de sesion, nuevo dispositivo, nuevo acceso, intento de inicio, alerta de seguridad, ha sido cambiada, se ha cambiado, cambiada, ha sido activada, se ha activado, activada, se ha anadido, resumen semanal`,
  },
  {
    // Portuguese
    ignore: `ignore, ignorar, desconsidere, desconsiderar, nenhuma acao`,
    trade: `recibo, fatura, seu pedido, reserva, enviado, envio, entrega, encomenda, pagamento, reembolso`,
    notice: `novo acesso, novo login, novo dispositivo, nova sessao, tentativa de login, alerta de seguranca, foi alterada, foi alterado, alterada, foi ativada, ativada, foi adicionado, resumo semanal`,
  },
  {
    // Italian
    ignore: `ignora, ignorare, ignorala, nessuna azione`,
    trade: `ricevuta, fattura, tuo ordine, ordine confermato, prenotazione, spedito, spedizione, consegna, pacco, pagamento, rimborso`,
    notice: `nuovo accesso, nuovo dispositivo, tentativo di accesso, avviso di sicurezza, e stata modificata, modificata, e stata attivata, attivata, riepilogo`,
  },
  {
    // Dutch
    ignore: `negeren, negeer, hoeft u niets, hoef je niets, geen actie`,
    trade: `factuur, bon, je bestelling, uw bestelling, boeking, reservering, verzonden, bezorging, pakket, betaling`,
    notice: `nieuwe aanmelding, nieuw apparaat, nieuwe login, inlogpoging, beveiligingsmelding, is gewijzigd, gewijzigd, is ingeschakeld, ingeschakeld, is uitgeschakeld, nieuwsbrief`,
  },
  {
    // Swedish, Danish, Norwegian
    ignore: `ignorera, bortse, ignorer, ignorere, se bort, se bort fra`,
    trade: `kvitto, kvittering, faktura, din bestallning, din ordre, ordrebekraeftelse, ordrebekreftelse, orderbekraftelse, bokning, booking, skickats, levering, leverans, pakke, paket, betaling, betalning`,
    notice: `ny inloggning, ny enhet, nyt login, ny enhed, ny innlogging, ny palogging, sikkerhedsadvarsel, sikkerhetsvarsel, sakerhetsvarning, har andrats, andrat, aendret, endret, aktiverats, aktiveret, er aktivert, nyhetsbrev, nyhedsbrev`,
  },
  {
    // Finnish, Estonian, Hungarian
    ignore: `ohittaa, jattaa huomiotta, jata huomiotta, alaha huomioi, eirake, eirata, ignoreeri, ignoreerige, hagyja figyelmen kivul, hagyd figyelmen kivul, figyelmen kivul, nincs teendo, nincs semmi`,
    trade: `kuitti, lasku, tilauksesi, tilausvahvistus, varaus, lahetetty, toimitus, paketti, maksu, arve, tellimus, tellimuse, broneering, pakk, szamla, nyugta, rendeles, rendelese, foglalas, szallitas, csomag, fizetes`,
    notice: `uusi kirjautuminen, uusi laite, uudelta laitteelta, turvallisuusilmoitus, on vaihdettu, on muutettu, otettu kayttoon, uus seade, uus sisselogimine, on muudetud, uj bejelentkezes, uj eszkoz, uj eszkozrol, megvaltozott, modositva, bekapcsolva, engedelyezve, kikapcsolva, biztonsagi ertesites, biztonsagi figyelmeztetes`,
  },
  {
    // Polish, Czech, Slovak, South Slavic in Latin letters
    ignore: `zignoruj, zignorowac, ignorowac, ignorujte, ignoruj, ignorovat, ignorirajte, ignoriraj, prezrite, zanemarite`,
    trade: `paragon, faktura, zamowienie, potwierdzenie zamowienia, rezerwacja, wyslane, dostawa, paczka, paczke, platnosc, uctenka, doklad, objednavka, rezervace, odeslano, doruceni, zasilka, platba, objednavky, rezervacia, zasielka, narudzba, racun, posiljka, paket, placanje`,
    notice: `nowe logowanie, nowe urzadzenie, alert bezpieczenstwa, zostalo zmienione, zmienione, zostalo wlaczone, wlaczone, nove prihlaseni, nove zarizeni, bylo zmeneno, bylo zapnuto, nove prihlasenie, nove zariadenie, bolo zmenene, nova prijava, novi uredaj, promijenjena, promenjena`,
  },
  {
    // Russian, Ukrainian, Bulgarian, Serbian
    ignore: `игнорируйте, проигнорируйте, не обращайте внимания, ігноруйте, проігноруйте, не зважайте, игнорирайте, игноришите, занемарите`,
    trade: `чек, квитанция, счет, ваш заказ, заказ, заказа, бронирование, отправлен, доставка, доставки, посылка, посылки, оплата, оплаты, оплачено, платеж, перевод, списание, покупка, рахунок, замовлення, відправлено, доставка, посилка, оплата, оплачено, поръчка, пратка, плащане, фактура`,
    notice: `новый вход, новое устройство, вход с нового, вход в аккаунт, предупреждение безопасности, был изменен, изменен, включена, отключена, новий вхід, новий пристрій, було змінено, змінено, увімкнено, нов вход, ново устройство, променена`,
  },
  {
    // Turkish, Greek, Romanian
    ignore: `gormezden gel, gormezden gelin, dikkate almayin, yok sayin, αγνοηστε, ignora, ignorati`,
    trade: `makbuz, fatura, faturaniz, siparisiniz, siparis, rezervasyon, kargo, kargoya verildi, teslimat, odeme, odemeniz, αποδειξη, τιμολογιο, παραγγελια, κρατηση, αποστολη, δεμα, πληρωμη, chitanta, factura, comanda ta, comanda dvs, rezervare, livrare, colet, plata`,
    notice: `yeni giris, yeni cihaz, oturum acildi, guvenlik uyarisi, degistirildi, etkinlestirildi, νεα συνδεση, νεα συσκευη, αλλαξε, ενεργοποιηθηκε, autentificare noua, dispozitiv nou, a fost schimbata, a fost activata`,
  },
  {
    // Arabic, Hebrew, Persian
    ignore: `تجاهل, بتجاهل, يرجى تجاهل, להתעלם, התעלם, התעלמו, נא להתעלם, نادیده بگیرید, نادیده`,
    trade: `إيصال, فاتورة, طلبك, حجز, شحن, شحنة, شحنتك, توصيل, دفعة, קבלה, חשבונית, ההזמנה שלך, משלוח, חבילה, תשלום, رسید, فاکتور, سفارش, رزرو, مرسوله, بسته, پرداخت`,
    notice: `تسجيل دخول جديد, جهاز جديد, تنبيه أمني, تم تغيير, تم تفعيل, התחברות חדשה, מכשיר חדש, התראת אבטחה, שונתה, הופעל, ورود جدید, دستگاه جدید, تغییر کرد`,
  },
  {
    // Chinese, Japanese, Korean, Thai, Vietnamese, Indonesian
    ignore: `忽略, 无需, 請忽略, 無需, 無視, 破棄, 何もする必要, 무시, 삭제해 주, เพิกเฉย, ละเว้น, bo qua, abaikan`,
    trade: `收据, 发票, 订单, 预订, 发货, 配送, 物流, 快递, 包裹, 付款, 收據, 發票, 訂單, 包裹, 領収書, 請求書, ご注文, ご予約, 発送, 配達, お荷物, お支払い, 영수증, 청구서, 주문, 예약, 배송, 택배, 결제, ใบเสร็จ, ใบแจ้งหนี้, คำสั่งซื้อ, การจอง, จัดส่ง, พัสดุ, การชำระ, ชำระ, ค่าบริการ, hoa don, don hang, dat cho, giao hang, thanh toan, struk, faktur, pesanan, pemesanan, pengiriman, paket anda, pembayaran`,
    notice: `新登录, 新设备, 异地登录, 登录提醒, 安全提醒, 已更改, 已修改, 已启用, 已开启, 已變更, 已啟用, 新裝置, 新しいログイン, 新しいデバイス, 新しい端末, ログインがありました, ログインのお知らせ, セキュリティ通知, セキュリティ警告, 変更されました, 有効になりました, 無効になりました, 変更のお知らせ, 새로운 로그인, 새 로그인, 새 기기, 새로운 기기, 보안 알림, 변경되었, 활성화되었, อุปกรณ์ใหม่, ถูกเปลี่ยน, dang nhap moi, thiet bi moi, da duoc thay doi, da thay doi, da duoc bat, login baru, perangkat baru, telah diubah, telah diaktifkan`,
  },
  {
    // Names of codes that a receipt has as well as a sign-in
    code: `bestatigungscode, autorisierungscode, bevestigingscode, autorisatiecode`,
    weak: `authorization code, authorisation code, auth code, approval code, confirmation code, transaction code, autorisierungscode, bestatigungscode, code d autorisation, code de confirmation, codigo de autorizacion, codigo de confirmacion, codigo de autorizacao, codigo de confirmacao, codice di autorizzazione, codice autorizzazione, codice di conferma, autorisatiecode, bevestigingscode, kod autoryzacji, kod potwierdzenia, код авторизации, код операции, код подтверждения, код авторизації, onay kodu, provizyon kodu, 授权码, 授權碼, 승인번호, kode otorisasi, kode konfirmasi, ma giao dich`,
    other: `pickup code, pick up code, collection code, delivery code, locker code, parcel code, tracking code, shipment code, shipping code, bill code, payment code, customer code, customer reference code, reference code, ref code, access code for the building, gate code, door code, table code, abholcode, abholungscode, buchungscode, genehmigungsnummer, paketcode, lieferungscode, kundencode, zahlungscode, code de retrait, code de livraison, code colis, code de suivi, codigo de recogida, codigo de entrega, codigo de seguimiento, codigo de rastreo, codigo de retirada, codigo de rastreio, codigo de pago, codice di ritiro, codice di consegna, codice di tracciamento, codice di pagamento, afhaalcode, ophaalcode, bezorgcode, hamtkod, afhentningskode, hentekode, noutokoodi, kod odbioru, kod przesylki, kod paczki, vyzvedavaci kod, kod zasilky, kod zasielky, код получения, код выдачи, код для получения, код посылки, код отправления, код заказа, код видачі, код отримання, код посилки, atveteli kod, csomagkod, ridicare colet, cod de ridicare, cod colet, teslimat kodu, teslim kodu, kargo kodu, odeme kodu, kode pengambilan, kode pembayaran, kode bayar, kode booking, ma van don, ma nhan hang, ma thanh toan, 取件码, 提货码, 取货码, 取餐码, 运单号, 取件碼, 取貨碼, 受取コード, 受取番号, 予約番号, 追跡番号, 引換番号, 수령번호, 픽업코드, 운송장번호, รหัสลูกค้า, รหัสอ้างอิง, รหัสสมาชิก, รหัสพัสดุ, รหัสสินค้า, ค่าบริการรหัส, رمز الاستلام, رمز التوصيل, קוד איסוף, کد تحویل, کد پیگیری, کد مرسوله, डिलीवरी कोड, ডেলিভারি কোড`,
  },
];
