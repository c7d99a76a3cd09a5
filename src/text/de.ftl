# Deutsch. Zuerst das Ergebnis, zuletzt, was zu tun ist; keine Ausrufezeichen; ein Wort für eine Sache (Vorgang, genehmigen,
# ablehnen, doppelte Zustellung); ohne Anrede. Befehle bleiben englisch.

start-viewer = Countersign: Genehmigungen fürs Team. Diese ID darf lesen. Was wartet, zeigt /pending, alle Befehle zeigt /help.
start-approver = Countersign: Genehmigungen fürs Team. Diese ID darf entscheiden. Was wartet, zeigt /pending, alle Befehle zeigt /help.
start-owner = Countersign: Genehmigungen fürs Team. Diese ID darf entscheiden und mit /admins festlegen, wer das noch darf. Was wartet, zeigt /pending, alle Befehle zeigt /help.
start-stranger = Countersign: Genehmigungen für ein Team. Die eigene ID zeigt /whoami; mit ihr lässt sich ein Zugang eintragen.
whoami-viewer = Deine ID ist { $id }. Sie hat die Rolle viewer: lesen, nicht entscheiden.
whoami-approver = Deine ID ist { $id }. Sie hat die Rolle approver: Sie darf entscheiden.
whoami-owner = Deine ID ist { $id }. Sie hat die Rolle owner: entscheiden und festlegen, wer was darf.
whoami-stranger = Deine ID ist { $id }. Sie darf nicht entscheiden; wer die Rolle owner hat, kann sie mit /admins add { $id } eintragen. Die erste steht in ADMIN_IDS.
stranger = Countersign: Genehmigungen für ein Team. Deine ID { $id } steht nicht auf der Liste. Wer die Rolle owner hat, kann sie mit /admins add { $id } eintragen.
owner = Deine ID { $id } steht jetzt in ADMIN_IDS und hat die Rolle owner. Sobald countersign serve läuft, zeigt /pending, was wartet, und /help alle Befehle.
send-the-code = Das ist nicht der Code. Gefragt ist der, den countersign init in seinem Terminal zeigt.

help-line = { $usage } – { $purpose }
help-line-examples = { $usage } – { $purpose }: { $examples }
help-admin = Vorgänge heißen 1,2,3 oder 4-9 oder #7. In Gruppen: /pending@ und der Name des Bots.
help-stranger = Einen Zugang trägt ein, wer die Rolle owner hat; die ID dafür zeigt /whoami.

# Wozu ein Befehl da ist und wie er geschrieben wird; auf Englisch steht es beim Befehl selbst.
usage-pending = /pending [WÖRTER] [SEITE]
purpose-pending = Zeigt, was auf eine Entscheidung wartet, je zehn; Wörter grenzen es auf Arten und Titel ein
usage-approve = /approve NUMMERN
purpose-approve = Genehmigt die genannten Vorgänge
usage-reject = /reject NUMMERN [GRUND]
purpose-reject = Lehnt die genannten Vorgänge ab, auf Wunsch mit einem Grund
usage-undo = /undo [BELEG]
purpose-undo = Nimmt die eigene letzte Entscheidung zurück, kurz nach ihr
usage-show = /show NUMMER
purpose-show = Zeigt einen Vorgang mit seiner ganzen Geschichte
usage-history = /history [me|@NAME|ID] [today|7d] [R42]
purpose-history = Zeigt, was zuletzt entschieden wurde und von wem
usage-receipt = /receipt R42
purpose-receipt = Zeigt noch einmal, was ein Befehl bewirkt hat
usage-why = /why NUMMER
purpose-why = Zeigt, welche Regeln für einen Vorgang gelten
usage-admins = /admins [add ID [ROLLE]|role ID ROLLE|remove ID|SEITE]
purpose-admins = Zeigt, wer was darf, und ändert es; als Antwort auf eine Nachricht der Person, auch eine weitergeleitete, ohne die ID
usage-stats = /stats
purpose-stats = Zeigt, wie viel offen ist und wie viel in den letzten 30 Tagen entschieden wurde
usage-export = /export [today|7d|R42]
purpose-export = Schickt das Protokoll als CSV-Datei
usage-help = /help
purpose-help = Zeigt die Befehle mit Beispielen
usage-whoami = /whoami
purpose-whoami = Zeigt die eigene ID, damit sie eingetragen werden kann
usage-start = /start
purpose-start = Sagt, was dieser Bot ist

unknown-command = Den Befehl /{ $name } gibt es nicht. Alle Befehle: /help
unknown-command-nearest = Den Befehl /{ $name } gibt es nicht. War /{ $nearest } gemeint?
not-a-command = Das ist kein Befehl, darum ist nichts geschehen. Alle Befehle: /help
ask-in-private = In diesem Chat wird die Liste nicht gezeigt. Sie kommt im privaten Chat mit: /pending
ask-there = In diesem Chat wird das nicht gezeigt. Im privaten Chat fragen: { $command }
no-role-left = Deine ID { $id } hat keine Rolle mehr, darum wird das nicht gezeigt. Wer die Rolle owner hat, kann sie mit /admins add { $id } eintragen.
several-shown = Nichts ist geschehen: Diese Nachricht zeigt mehrere Vorgänge. Die gemeinten nennen, etwa /{ $command } { $id }, oder darunter Anzeigen drücken.
export-in-private = Das Protokoll gibt es nur im privaten Chat. Dort fragen: /export
export-elsewhere = Das Protokoll kommt als Datei, und die schickt nur der Bot in Telegram: countersign serve
export-nothing = In dieser Zeit ist nichts geschehen, also gibt es nichts zu exportieren.
edit-ignored = Eine Bearbeitung entscheidet nichts. Den Befehl bitte als neue Nachricht senden.
forward-ignored = Ein weitergeleiteter Befehl entscheidet nichts. Bitte als eigene Nachricht senden.
caption-ignored = Ein Befehl unter einem Foto oder einer Datei entscheidet nichts. Bitte als eigene Nachricht senden.
via-bot-ignored = Ein Befehl, den ein anderer Bot sendet, entscheidet nichts. Bitte als eigene Nachricht senden.
anonymous-admin = Nichts ist geschehen: Hinter anonymen Admins kann jeder stecken. „Anonym bleiben“ in den Admin-Rechten der Gruppe abschalten oder den Befehl im privaten Chat senden.
no-button-here = Dieser Knopf bewirkt nichts. Was wartet, zeigt /pending.
too-old = Nichts ist geschehen: Diese Nachricht ist älter als das, was hier als erledigt gemerkt wird; sie kann schon beantwortet sein. Bitte noch einmal senden.
unreadable = Das ließ sich nicht bearbeiten. Ob es schon ausgeführt wurde, zeigt /pending; wer den Bot betreibt, findet den Fehler unter { $reference }.

no-ids = Nichts ist geschehen: Es ist kein Vorgang genannt. Beispiel: { $example }
misunderstood = Nichts ist geschehen: „{ $token }“ (Zeichen { $position } nach /{ $command }) { $why }. Beispiel: { $example }
why-not-a-number = ist keine Nummer eines Vorgangs
why-marks = ist nicht eine Vorgangsnummer; Nummern durch Komma oder Leerzeichen trennen, ohne andere Zeichen
why-zero = ist keine Nummer eines Vorgangs; sie beginnen bei 1
why-negative = ist keine Nummer eines Vorgangs; sie sind nie negativ
why-too-large = ist größer als jede Nummer eines Vorgangs
why-reversed-range = endet vor dem Anfang
why-range-too-long = steht für { $asked } Vorgänge; ein Bereich darf für { $limit } stehen
why-too-many-ids = ist mehr als { $limit } Nummern in einer Nachricht
why-no-page = ist keine Seite; Seiten beginnen bei 1
why-unexpected-words = gehört nicht hierher
why-no-receipt = ist kein Beleg; Belege heißen wie R42
why-one-item = ist mehr als ein Vorgang
why-no-history = gehört nicht hierher; hier steht eine Person (me, @name oder eine ID), dann today, 12h oder 7d, dann der Beleg, vor dem gesucht wird (R42)
why-no-export = gehört nicht hierher; eine Zeit nennen (today, 12h oder 7d) oder den ersten Beleg (R42)
why-item-or-reason = kann ein Vorgang sein oder zum Grund gehören; Vorgänge mit Kommas verbinden oder vor den Grund einen Doppelpunkt setzen
why-reason-too-long = ist zu lang; ein Grund darf { $limit } Zeichen haben
why-hidden-character = enthält ein Zeichen, das sich nicht zeigen lässt

approved = { $count } genehmigt: { $items }.
approved-before = { $count } genehmigt: { $items }.
nothing-approved = Nichts genehmigt.
nothing-approved-before = nichts genehmigt.
rejected = { $count } abgelehnt: { $items }.
rejected-before = { $count } abgelehnt: { $items }.
nothing-rejected = Nichts abgelehnt.
nothing-rejected-before = nichts abgelehnt.
voted = Deine Zustimmung zählt: { $items }. Andere müssen auch zustimmen.
voted-before = deine Zustimmung zählt: { $items }.
of = { $item } ({ $have } von { $need })
forbidden = { $ids }: Die Regeln verbieten das für diese Art (forbidden).
forbidden-kind = Nichts ist geschehen: Die Regeln verbieten das für Vorgänge der Art { $kind } (forbidden).
forbidden-kind-before = nichts ist geschehen, die Regeln verbieten das für Vorgänge der Art { $kind } (forbidden).
roles = { $ids }: Diese Art entscheiden nur { $roles }; bitte dort fragen (roles).
own-item = { $ids }: Wer einen Vorgang einreicht, darf ihn nicht entscheiden; das muss jemand anders tun (allow_self).
not-in-bulk = { $ids }: Vorgänge dieser Art werden einzeln entschieden; eine Nummer je Befehl senden (bulk).
reason-required = { $ids }: Ein Nein braucht hier einen Grund; bitte /reject { $bare } GRUND senden (reason_required).
already-voted = { $ids }: Deine Stimme zählt schon, { $have } von { $need }; jemand anders muss zustimmen (quorum).
already-voted-in = { $ids }: Deine Stimme zählt schon, { $have } von { $need }; jemand anders muss zustimmen, oder /undo { $number } nimmt sie zurück (quorum).
undone = { $count } zurückgenommen, wieder offen: { $items }.
undone-before = { $count } zurückgenommen, wieder offen: { $items }.
nothing-undone = Nichts zurückgenommen.
nothing-undone-before = nichts zurückgenommen.
nothing-to-undo = Nichts zurückgenommen: In letzter Zeit wurde von dir nichts entschieden.
nothing-to-undo-before = nichts zurückgenommen, von dir war in letzter Zeit nichts entschieden.
not-your-receipt = Nichts zurückgenommen: R{ $number } stammt von jemand anderem, und fremde Entscheidungen nimmt niemand zurück. Die eigenen: /history me
not-your-receipt-before = nichts zurückgenommen, R{ $number } stammte von jemand anderem. Die eigenen: /history me
no-receipt-to-undo = Nichts zurückgenommen: Einen Beleg R{ $number } gibt es nicht. Die eigenen: /history me
no-receipt-to-undo-before = nichts zurückgenommen, einen Beleg R{ $number } gab es nicht. Die eigenen: /history me
nothing-decided = Nichts zurückgenommen: R{ $number } hat nichts entschieden. Was etwas entschieden hat, zeigt /history me
nothing-decided-before = nichts zurückgenommen, R{ $number } hatte nichts entschieden. Was etwas entschieden hat, zeigt /history me
undone-already = { $ids } { $many ->
    [many] wurden
   *[one] wurde
} schon zurückgenommen.
final = Die Entscheidung über { $ids } steht fest ({ $ago }).
undo-next = Zurücknehmen, noch { $span } lang: /undo
reason = Grund: { $reason }
note = Anmerkung: { $note }
withdrawn = { $count } zurückgezogen: { $items }.
withdrawn-before = { $count } zurückgezogen: { $items }.
nothing-withdrawn = Nichts zurückgezogen.
nothing-withdrawn-before = nichts zurückgezogen.
issued = { $count } ausgeführt: { $items }.
issued-before = { $count } ausgeführt: { $items }.
failed = Nicht ausführbar, { $count }: { $items }.
failed-before = nicht ausführbar, { $count }: { $items }.
nothing-issued = Nichts vermerkt.
nothing-issued-before = nichts vermerkt.
not-own = { $ids }: Das darf nur der Client, der { $many ->
    [many] sie
   *[one] ihn
} eingereicht hat.
not-approved = { $ids }: Es gibt nichts auszuführen; { $many ->
    [many] sie sind
   *[one] er ist
} { $state }.
not-final = { $ids }: Die Genehmigung kann noch zurückgenommen werden.
submitted = { $count } hinzugefügt: { $items }.
submitted-before = { $count } hinzugefügt: { $items }.
applied-before = Schon ausgeführt, { $time } (doppelte Zustellung): { $what }
answered-before = Schon beantwortet, { $time } (doppelte Zustellung): { $what }
reused = Nicht ausgeführt: Die Nummer dieser Zustellung wurde schon für etwas anderes verwendet ({ $number }, { $time }); der Unterschied: { $fields }. Den Befehl bitte noch einmal senden.
field-text = der Text
field-data = der Knopf
field-from = der Absender
field-chat = der Chat
field-message = die Nachricht
field-other = der Inhalt
may-not-decide = Nichts ist geschehen: Deine ID { $id } darf nicht entscheiden. Wer die Rolle owner hat, kann sie mit /admins add { $id } eintragen.
may-not-decide-before = nichts ist geschehen, deine ID { $id } darf nicht entscheiden. Wer die Rolle owner hat, kann sie mit /admins add { $id } eintragen.
viewers-read = Nichts ist geschehen: Die Rolle viewer darf lesen, nicht entscheiden. Wer die Rolle owner hat, kann das mit /admins role { $id } approver ändern.
viewers-read-before = nichts ist geschehen, die Rolle viewer darf lesen, nicht entscheiden. Wer die Rolle owner hat, kann das mit /admins role { $id } approver ändern.
given-since = Nichts ist geschehen: Das Recht dazu ist jünger als die Nachricht; bei Knöpfen unter älteren Nachrichten zählt es nach 3 Minuten. Bitte noch einmal als Befehl senden.
given-since-before = nichts ist geschehen, das Recht dazu war jünger als die Nachricht. Bitte noch einmal als Befehl senden.
owners-only = Nichts ist geschehen: Wer was darf, sieht und ändert nur die Rolle owner. Bitte dort fragen.
owners-only-before = nichts ist geschehen, wer was darf, sieht und ändert nur die Rolle owner. Bitte dort fragen.
over-bulk-limit = Nichts ist geschehen: { $asked } Vorgänge sind genannt, höchstens { $limit } sind in einem Befehl erlaubt. Bitte in Teilen senden.
over-bulk-limit-before = nichts ist geschehen, { $asked } Vorgänge sind genannt, höchstens { $limit } sind in einem Befehl erlaubt. Bitte in Teilen senden.
external-id-taken = Nichts ist geschehen: Die eigene Kennung des Clients gehört schon zu { $id }, mit anderem Inhalt.
external-id-taken-before = nichts ist geschehen, die eigene Kennung des Clients gehört schon zu { $id }, mit anderem Inhalt.
expiry-out-of-bounds = Nichts ist geschehen: Ein Vorgang sollte { $time } verfallen; das war schon vorbei oder ist zu lange hin.
expiry-out-of-bounds-before = nichts ist geschehen, ein Vorgang sollte { $time } verfallen; das war schon vorbei oder ist zu lange hin.
titles-in-private = Die Titel stehen im privaten Chat.

not-found = Nicht vorhanden: { $ids }.
already-pending = { $ids } { $many ->
    [many] sind
   *[one] ist
}{ $ago } schon{ $by } offen.
already-approved = { $ids } { $many ->
    [many] wurden
   *[one] wurde
}{ $ago } schon{ $by } genehmigt.
already-rejected = { $ids } { $many ->
    [many] wurden
   *[one] wurde
}{ $ago } schon{ $by } abgelehnt.
already-expired = { $ids } { $many ->
    [many] sind
   *[one] ist
}{ $ago } abgelaufen.
already-withdrawn = { $ids } { $many ->
    [many] wurden
   *[one] wurde
}{ $ago } schon{ $by } zurückgezogen.
already-issued = { $ids } { $many ->
    [many] wurden
   *[one] wurde
}{ $ago } schon als ausgeführt gemeldet.
already-failed = { $ids } { $many ->
    [many] wurden
   *[one] wurde
}{ $ago } schon als fehlgeschlagen gemeldet.
state-pending = offen
state-approved = genehmigt
state-rejected = abgelehnt
state-expired = abgelaufen
state-withdrawn = zurückgezogen
by-you = von dir
by-name = von { $name }
by-client = vom Client { $name }
by-person = von der Person { $id }
since = Inzwischen { $state }: { $ids }.
since-undone = Inzwischen zurückgenommen: { $ids }, wieder offen.
ago-minutes = vor { $count } Min.
ago-hours = vor { $count } Std.
ago-days = vor { $count } { $many ->
    [many] Tagen
   *[one] Tag
}
just-now = gerade eben
span-minutes = { $count } min
span-hours = { $count } h
span-days = { $count } d
time-today = { $time } { $zone }
time-dated = { $day }. { $month } { $year } { $time } { $zone }
month = { $month ->
    [Jan] Jan.
    [Feb] Feb.
    [Mar] März
    [Apr] Apr.
    [May] Mai
    [Jun] Juni
    [Jul] Juli
    [Aug] Aug.
    [Sep] Sept.
    [Oct] Okt.
    [Nov] Nov.
   *[Dec] Dez.
}
thousands = .

pending-none = Nichts ist offen.
pending-none-such = Nichts Offenes hat „{ $words }“ als Art oder im Titel. Alles: /pending
pending-all = { $total } offen:
pending-some = { $total } offen, davon { $span }:
pending-line = { $id } { $kind }: { $title } ({ $age })
pending-next = Entscheiden mit /approve { $ids } oder /reject { $ids } GRUND
pending-more = Die nächsten: /pending { $page }

card-head = { $id } { $kind }
card-from = Von { $client } · { $hash }
card-more = Noch { $more } Zeichen: Details drücken
card-more-shown = Noch { $more } Zeichen: /show { $id }
card-quorum = { $have } von { $need } Zustimmungen{ $who }
card-quorum-by = : { $names }
card-approved = Genehmigt von { $who }, { $time }
card-rejected = Abgelehnt von { $who }, { $time }
card-expires = Läuft ab: { $time }
card-expired = Unentschieden abgelaufen, { $time }
card-withdrawn = Zurückgezogen von { $who }, { $time }
card-issued = Ausgeführt { $time }
card-failed = Fehlgeschlagen { $time }
who-client = Client { $name }
who-person = Person { $id }
list-head = { $count } neu, { $open } offen:
list-line = { $id } { $kind }: { $title }
list-next = Entscheiden mit /approve oder /reject und den Nummern; /pending zeigt, was offen ist.
details-head = { $id } { $title }
details-none = Mehr steht nicht darin.
details-data = Daten:
details-more = Noch { $more } Zeichen Daten; die HTTP-API zeigt sie ganz
button-approve = Genehmigen
button-reject = Ablehnen
button-details = Details
button-list = Anzeigen
read-first = Der Inhalt ist länger als diese Karte. Details drücken und darunter entscheiden.
details-sent = Die Details folgen unten.
list-sent = Die Liste folgt unten.
stale = { $ids } { $many ->
    [many] wurden
   *[one] wurde
} zurückgenommen, nachdem das hier gezeigt wurde. Bitte noch einmal ansehen.

no-item = Einen Vorgang #{ $id } gibt es nicht.
no-such-receipt = Einen Beleg R{ $number } gibt es nicht.
nobody-called = Niemand hier heißt @{ $name }. Die ID, die /whoami zeigt, geht immer.
nobody-with-id = Niemand hier hat die ID { $id }. Falls ein Vorgang gemeint ist: /show { $id }
receipt-again = R{ $number }, { $time }:
record-submitted = Eingereicht { $time } von { $client }
record-earlier = { $count } { $many ->
    [many] frühere Einträge
   *[one] früherer Eintrag
}: /export
record-mark = { $time } { $who }: { $did }
record-withdrawn = zurückgenommen { $time }
record-lapsed = zählt nicht mehr seit { $time }
did-approve = genehmigt
did-reject = abgelehnt
did-undo = zurückgenommen
did-appoint = hat { $who } die { $role } gegeben
did-remove = hat { $who } die Rolle genommen
did-nothing = nichts geändert
history-none = In dieser Zeit wurde nichts entschieden.
history-line = R{ $number } { $time } { $who }: { $did }
history-more = Frühere: { $command }
why-head = { $id } { $kind }: { $state }
why-pending = offen
why-one = Eine Zustimmung oder Ablehnung entscheidet.
why-one-approval = Eine Zustimmung entscheidet.
why-one-rejection = Eine Ablehnung entscheidet.
why-quorum-alone = { $need } verschiedene Personen müssen zustimmen (quorum).
why-quorum = { $need } verschiedene Personen müssen zustimmen (quorum); eine Ablehnung entscheidet.
why-roles = Entscheiden dürfen nur { $roles } (roles).
why-bulk = Der Vorgang wird einzeln entschieden, nicht mit anderen zusammen (bulk).
why-self = Der Client { $client }, der ihn eingereicht hat, darf ihn nicht entscheiden (allow_self).
why-reason = Eine Ablehnung braucht einen Grund (reason_required).
why-forbidden-approve = Er darf nicht genehmigt werden (forbidden).
why-forbidden-reject = Er darf nicht abgelehnt werden (forbidden).
why-expires-at = Er läuft unentschieden ab: { $time }, so vom Client { $client } gewünscht (expires_at).
why-expires = Er läuft unentschieden ab: { $time } (expires_after).
why-remind = Solange der Vorgang wartet, wird nach { $span } an ihn erinnert, dann jedes Mal nach der doppelten Zeit (remind_after).
why-undo = Eine Entscheidung lässt sich { $span } lang zurücknehmen (undo_window).

# An die, die den Bot betreiben, über Chats.
receiver-fails = Dem Empfänger { $receiver } konnten Entscheidungen nicht gemeldet werden; sie wurden aufgegeben. Siehe countersign webhooks list, dann retry oder drop.
receiver-gone = Der Empfänger { $receiver } gibt an, dass es ihn nicht mehr gibt (410); ihm wird nichts mehr gemeldet. Ihn aus DECISION_WEBHOOKS streichen oder wieder einschalten: countersign webhooks enable { $receiver }.
chat-lost = In den Chat { $chat } lässt sich nicht mehr schreiben. Eine Person muss wieder Start drücken, eine Gruppe den Bot wieder aufnehmen. Was nicht ankam: countersign outbox list.
topic-lost = Thema { $topic } der Gruppe { $chat } ist geschlossen oder gelöscht; neue Vorgänge stehen nun daneben. Das Thema öffnen oder REVIEW_CHATS ändern.
removed-from = Der Bot wurde aus der Gruppe { $chat } entfernt, in der die Liste gezeigt wird. Ihn wieder aufnehmen oder die Gruppe aus REVIEW_CHATS streichen.
group-moved = Aus der Gruppe { $from } wurde die Supergruppe { $to }; die Liste wird nun dort gezeigt. In REVIEW_CHATS { $to } eintragen.

# Was ein Befehl über viele Vorgänge bewirken würde.
would-approve = Das würde { $count } genehmigen: { $items }.
would-approve-before = das würde { $count } genehmigen: { $items }.
would-approve-nothing = Das würde nichts genehmigen.
would-approve-nothing-before = das würde nichts genehmigen.
would-vote = Deine Zustimmung würde zählen: { $items }. Andere müssen auch zustimmen.
would-vote-before = deine Zustimmung würde zählen: { $items }.
would-reject = Das würde { $count } ablehnen: { $items }.
would-reject-before = das würde { $count } ablehnen: { $items }.
would-reject-nothing = Das würde nichts ablehnen.
would-reject-nothing-before = das würde nichts ablehnen.
would-absent = Von der Art { $kinds } wartet nichts; /pending zeigt, was wartet.
would-left = { $left } weitere warten, mehr als ein Befehl fasst; ihn für sie noch einmal senden.
confirm-next = Noch ist nichts geschehen. Unten innerhalb von 2 Minuten bestätigen.
confirm-done = Das wurde bestätigt: { $number }.
confirm-over = Nichts ist geschehen; es wurde nicht innerhalb von 2 Minuten bestätigt. Den Befehl noch einmal senden.
confirm-theirs = Noch ist nichts geschehen. Bis { $time } kann { $who } es bestätigen.
confirm-over-theirs = Nichts ist geschehen; es wurde nicht innerhalb von 2 Minuten bestätigt.
receipt-number = Beleg { $number }
button-confirm-approve = { $count } genehmigen
button-confirm-vote = Für { $votes } stimmen
button-confirm-both = { $count } genehmigen, für { $votes } stimmen
button-confirm-reject = { $count } ablehnen
button-retry = Fehlgeschlagene erneut versuchen
button-items = Einzelheiten
button-rest = Mit dem Rest weitermachen
button-page = Ganze Seite genehmigen ({ $count })
button-before = ◀
button-next = ▶
button-no-reason = Ohne Grund
why-no-kind = ist keine Art von Vorgängen
why-perhaps-a-kind = ist keine Nummer eines Vorgangs; ist es eine Art, dann kind:{ $token } schreiben
why-items-beside-all = passt nicht neben all oder kind:, denn damit ist schon alles gemeint, was wartet; nur das eine oder das andere nennen
why-nothing-left = ist wieder ausgenommen, sodass nichts bleibt
expired-button = Dieser Knopf ist älter als 2 Minuten. Den Befehl noch einmal senden.
not-your-button = Diesen Knopf kann nur drücken, wer den Befehl gesendet hat.
page-forgotten = Diese Liste ist zu alt. Neu fragen: /pending
came-meanwhile = { $many ->
    [many] { $count } kamen, nachdem diese Seite gezeigt wurde, und blieben unberührt.
   *[one] { $count } kam, nachdem diese Seite gezeigt wurde, und blieb unberührt.
}
items-head = R{ $number }, Vorgang für Vorgang:
items-more = und { $count } weitere: /show und eine Nummer
ids-more = { $ids } und { $count } weitere
items-missing = { $id } gibt es nicht
ask-why = Warum wird { $id } abgelehnt? { $title }
ask-why-reply = Auf diese Nachricht mit dem Grund antworten.
ask-why-buttons = Einen Grund drücken oder auf diese Nachricht mit einem anderen antworten.
ask-why-toast = Unten den Grund nennen: { $id } ist noch nicht abgelehnt.
another-was-asked = Nichts ist geschehen: Die Frage geht an { $who }. Wer selbst ablehnen will, drückt Ablehnen auf der Karte.
no-such-reason = Nichts ist geschehen: Ein Grund hat 1 bis 300 Zeichen, die sich anzeigen lassen. Noch einmal antworten.

# Wer was darf.
who-with-id = { $name } ({ $id })
role = Rolle { $role }
decider-owner = owner
decider-approver = approver
decider-client = Clients der API
and = { $some } und { $last }
appointed = { $who } hat jetzt die { $role }.
appointed-before = { $who } bekam die { $role }.
appointed-anew = { $who } hat jetzt die { $role }, nicht mehr die { $before }.
appointed-anew-before = { $who } bekam die { $role } statt der { $before }.
removed = { $who } hat keine Rolle mehr; es war die { $before }.
removed-before = { $who } verlor die { $before }.
lapsed = Zustimmungen zu Wartendem, die damit nicht mehr zählen: { $count }.
press-start = Neues kommt dort privat an, sobald in meinem Chat Start gedrückt wurde.
since-role = Seitdem: { $who } hat die { $role }.
since-no-role = Seitdem: { $who } hat keine Rolle.
kept-listed = Nichts geändert: { $who } steht in ADMIN_IDS und ist dadurch owner. Bitte dort entfernen und neu starten.
kept-listed-before = nichts geändert, { $who } stand in ADMIN_IDS. Bitte dort entfernen und neu starten.
kept-has-it = Nichts geändert: { $who } hat die { $role } schon.
kept-has-it-before = nichts geändert, { $who } hatte die { $role } schon.
kept-has-another = Nichts geändert: { $who } hat schon die { $role }. Zum Ändern: /admins role { $id } { $wanted }
kept-has-another-before = nichts geändert, { $who } hatte schon die { $role }. Zum Ändern: /admins role { $id } { $wanted }
kept-has-none = Nichts geändert: { $who } hat keine Rolle. Um eine zu geben: /admins add { $given }
kept-has-none-before = nichts geändert, { $who } hatte keine Rolle. Um eine zu geben: /admins add { $given }
kept-none-to-take = Nichts geändert: { $who } hat keine Rolle.
kept-none-to-take-before = nichts geändert, { $who } hatte keine Rolle.
kept-last-owner = Nichts geändert: Nur { $who } hat die Rolle owner. Zuerst jemand anderem geben, mit /admins add oder /admins role.
kept-last-owner-before = nichts geändert, nur { $who } hatte die Rolle owner. Zuerst jemand anderem geben, mit /admins add oder /admins role.
kept-full = Nichts geändert: { $limit } Personen haben eine Rolle, mehr geht nicht. Zuerst eine nehmen, mit /admins remove.
kept-full-before = nichts geändert, { $limit } Personen hatten eine Rolle, mehr ging nicht. Zuerst eine nehmen, mit /admins remove.
admins-head = { $total } mit einer Rolle:
admins-line = { $who }: { $role } seit { $time }, von { $by }
admins-listed = { $who }: { $role } (ADMIN_IDS)
admins-more = Die nächsten: /admins { $page }
admins-next = Ändern mit /admins add, /admins role und /admins remove.
hidden-person = Nichts ist geschehen: Das Konto hinter dieser Nachricht ist verborgen, die ID also unbekannt. Die eigene ID zeigt /whoami; mit ihr geht es weiter: /admins add ID
nobody-there = Nichts ist geschehen: Diese Nachricht stammt von keiner Person. Auf eine andere antworten oder die ID nennen, die /whoami zeigt: /admins add ID
no-person = Nichts ist geschehen: Es ist niemand genannt. Hierher gehört die ID; oder als Antwort auf eine Nachricht der Person senden. Beispiel: { $example }
no-role = Nichts ist geschehen: Es ist keine Rolle genannt; es gibt owner, approver und viewer. Beispiel: /admins role 123456789 owner
why-no-admins = gehört nicht hierher; hier steht add, role, remove oder eine Seite
why-not-a-person = ist keine ID; die eigene zeigt /whoami
why-shared-account = ist ein Konto, durch das viele sprechen; gemeint sein könnte jeder
why-a-chat = ist die ID eines Chats, nicht einer Person
why-no-such-person = ist niemandes ID
why-no-role = ist keine Rolle; es gibt owner, approver und viewer

# Zahlen: was offen ist und was in den letzten Tagen entschieden wurde.
stats-open = { $total } offen:
stats-kind = { $kind }: { $count }, der älteste seit { $age }
stats-other-kinds = Andere Arten: { $count }
stats-ages = Warten kürzer als 1 h: { $hour }, 1 d: { $day }, 7 d: { $week }; länger: { $more }
stats-none-decided = In den letzten { $days } Tagen wurde nichts entschieden.
stats-decided = In { $days } Tagen entschieden: { $total } ({ $approved } genehmigt, { $rejected } abgelehnt), heute { $today }
stats-cut = Von den letzten { $most } Entscheidungen:
stats-median = Mittlere Zeit bis zur Entscheidung (Median): { $span }
stats-bars = { $bars } { $first } – { $last }: { $count }
stats-scale = ▁ heißt keine, █ heißt { $most } an einem Tag
stats-who = { $who }: { $count }, heute { $today }
stats-others = und andere: siehe /history
stats-date = { $day }. { $month }
span-seconds = { $count } s

# Das Protokoll als Datei.
export = R{ $first } bis R{ $last }, insgesamt { $count }, von { $since } bis { $until }.
export-rest = Die Datei ist voll. Der Rest: /export R{ $number }

# Was noch wartet.
reminder-one = Wartet noch auf eine Entscheidung, seit { $span }:
reminder-head = { $count } warten noch auf eine Entscheidung, am längsten einer seit { $span }:
reminder-more = Es sind noch mehr: /pending
