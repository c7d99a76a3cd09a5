# English. The result first, what to do next last; no exclamation marks; one term a thing.

start-viewer = Countersign: approvals for your team. You may read. See what waits with /pending, or all commands with /help.
start-approver = Countersign: approvals for your team. You may decide. See what waits with /pending, or all commands with /help.
start-owner = Countersign: approvals for your team. You may decide, and say who may with /admins. See what waits with /pending, or all commands with /help.
start-stranger = Countersign: approvals for a team. Send /whoami to see your id, by which an owner can add you.
whoami-viewer = Your id is { $id }. You are a viewer: you may read, not decide.
whoami-approver = Your id is { $id }. You are an approver: you may decide.
whoami-owner = Your id is { $id }. You are an owner: you may decide, and say who may.
whoami-stranger = Your id is { $id }. You may not decide; an owner can add you with /admins add { $id }. The first owner stands in ADMIN_IDS.
stranger = Countersign: approvals for a team. You are not on its list; your id is { $id }. An owner can add you with /admins add { $id }.
owner = You are an owner of this bot now: your id { $id } stands in ADMIN_IDS. As soon as countersign serve runs, /pending shows what waits, and /help all commands.
send-the-code = That is not the code. Send the one that countersign init shows in its terminal.

help-line = { $usage } – { $purpose }
help-line-examples = { $usage } – { $purpose }: { $examples }
help-admin = Items are named 1,2,3 or 4-9 or #7. In groups, write /pending@ and the bot's name.
help-stranger = An owner can add you; /whoami tells the id that takes.

unknown-command = There is no command /{ $name }. All commands: /help
unknown-command-nearest = There is no command /{ $name }. Did you mean /{ $nearest }?
not-a-command = That is no command, so nothing was done. All commands: /help
ask-in-private = The queue is not shown in this chat. Ask me in private: /pending
ask-there = That is not shown in this chat. Ask me in private: { $command }
no-role-left = You have no role any more, so this is not shown to you. An owner can add you with /admins add { $id }.
several-shown = Nothing was done: that message shows several items. Name those that are meant, such as /{ $command } { $id }, or press Show them under it.
export-in-private = The log is sent in private only. Ask me there: /export
export-elsewhere = The log is sent as a file, by the bot in Telegram alone: countersign serve
export-nothing = Nothing was done in that time, so there is nothing to export.
edit-ignored = An edit decides nothing. Send the command again as a new message.
forward-ignored = A forwarded command decides nothing. Send it as your own message.
caption-ignored = A command under a photo or file decides nothing. Send it as a message of its own.
via-bot-ignored = A command sent through another bot decides nothing. Send it as your own message.
anonymous-admin = Nothing was done: an anonymous admin can be anybody. Turn off "Remain anonymous" in the group's admin rights, or write to me in private.
no-button-here = This button does nothing. See what waits with /pending.
too-old = Nothing was done: this message is older than the keys that are kept, so it may have been answered before. Send it again.
unreadable = I could not handle this. See with /pending whether it was applied before, and tell an operator the reference { $reference }.

no-ids = Nothing was done: no items were named. Example: { $example }
misunderstood = Nothing was done: "{ $token }" (character { $position } after /{ $command }) { $why }. Example: { $example }
why-not-a-number = is not an item number
why-marks = is not one item number; join numbers by commas or spaces, without other marks
why-zero = is not an item number; they begin at 1
why-negative = is not an item number; they are never negative
why-too-large = is larger than any item number
why-reversed-range = ends before it begins
why-range-too-long = stands for { $asked } items; a range may stand for { $limit }
why-too-many-ids = is more than { $limit } item numbers in one message
why-no-page = is not a page; pages begin at 1
why-unexpected-words = is not expected here
why-no-receipt = is no receipt; they are written R42
why-one-item = is more than one item
why-no-history = is not expected here; name a person (me, @name or a numeric id), then today, 12h or 7d, then the receipt before which to look (R42)
why-no-export = is not expected here; name a time (today, 12h or 7d) or the first receipt (R42)
why-item-or-reason = may be an item or part of the reason; join items by commas, or put a colon before the reason
why-reason-too-long = is too long; a reason may have { $limit } characters
why-hidden-character = holds a character that cannot be shown

approved = Approved { $count }: { $items }.
approved-before = approved { $count }: { $items }.
nothing-approved = Nothing approved.
nothing-approved-before = nothing approved.
rejected = Rejected { $count }: { $items }.
rejected-before = rejected { $count }: { $items }.
nothing-rejected = Nothing rejected.
nothing-rejected-before = nothing rejected.
voted = Your approval counts: { $items }. Others must approve too.
voted-before = your approval counts: { $items }.
of = { $item } ({ $have } of { $need })
forbidden = { $ids }: the policy forbids this for { $many ->
    [many] their
   *[one] its
} kind (forbidden).
forbidden-kind = Nothing was done: the policy forbids this for items of the kind { $kind } (forbidden).
forbidden-kind-before = nothing was done, the policy forbids this for items of the kind { $kind } (forbidden).
roles = { $ids }: only { $roles } may decide this kind; ask one of them (roles).
own-item = { $ids }: whoever submitted { $many ->
    [many] them may not decide them
   *[one] it may not decide it
}; ask a colleague (allow_self).
not-in-bulk = { $ids }: items of this kind are decided one by one; send one number per command (bulk).
reason-required = { $ids }: a no needs a reason here; send /reject { $bare } REASON (reason_required).
already-voted = { $ids }: your vote counts already, { $have } of { $need }; ask a colleague (quorum).
already-voted-in = { $ids }: your vote counts already, { $have } of { $need }; ask a colleague, or take yours back with /undo { $number } (quorum).
undone = Undone { $count }, pending again: { $items }.
undone-before = undone { $count }, pending again: { $items }.
nothing-undone = Nothing undone.
nothing-undone-before = nothing undone.
nothing-to-undo = Nothing undone: you have decided nothing lately.
nothing-to-undo-before = nothing undone, you had decided nothing lately.
not-your-receipt = Nothing undone: R{ $number } is somebody else's, and nobody takes back another's decision. Your own: /history me
not-your-receipt-before = nothing undone, R{ $number } was somebody else's. Your own: /history me
no-receipt-to-undo = Nothing undone: there is no receipt R{ $number }. Your own: /history me
no-receipt-to-undo-before = nothing undone, there was no receipt R{ $number }. Your own: /history me
nothing-decided = Nothing undone: R{ $number } decided nothing. See with /history me what did.
nothing-decided-before = nothing undone, R{ $number } had decided nothing. See with /history me what did.
undone-already = { $ids } { $many ->
    [many] were
   *[one] was
} undone already.
final = The decision about { $ids } became final { $ago }.
undo-next = Undo within { $span }: /undo
reason = Reason: { $reason }
note = Note: { $note }
withdrawn = Withdrawn { $count }: { $items }.
withdrawn-before = withdrawn { $count }: { $items }.
nothing-withdrawn = Nothing withdrawn.
nothing-withdrawn-before = nothing withdrawn.
issued = Issued { $count }: { $items }.
issued-before = issued { $count }: { $items }.
failed = Could not be issued, { $count }: { $items }.
failed-before = could not be issued, { $count }: { $items }.
nothing-issued = Nothing noted.
nothing-issued-before = nothing noted.
not-own = { $ids }: only the client that submitted { $many ->
    [many] them
   *[one] it
} may do this.
not-approved = { $ids }: there is nothing to issue; { $many ->
    [many] they are
   *[one] it is
} { $state }.
not-final = { $ids }: the approval can still be undone.
submitted = Added { $count }: { $items }.
submitted-before = added { $count }: { $items }.
applied-before = Already applied at { $time } (duplicate delivery): { $what }
answered-before = Already answered at { $time } (duplicate delivery): { $what }
reused = Not applied: this delivery's number was used before for something else ({ $number }, { $time }); what differs: { $fields }. Send the command again.
field-text = the text
field-data = the button
field-from = the sender
field-chat = the chat
field-message = the message
field-other = the content
may-not-decide = Nothing was done: you may not decide. An owner can add you with /admins add { $id }.
may-not-decide-before = nothing was done, you may not decide. An owner can add you with /admins add { $id }.
viewers-read = Nothing was done: you are a viewer and may read, not decide. An owner can change that with /admins role { $id } approver.
viewers-read-before = nothing was done, you may read, not decide. An owner can change that with /admins role { $id } approver.
given-since = Nothing was done: your right to this is younger than the message; for a button under an older message it counts after 3 minutes. Send it again as a command.
given-since-before = nothing was done, your right to this was younger than the message. Send it again as a command.
owners-only = Nothing was done: only owners see and say who may. Ask one of them.
owners-only-before = nothing was done, only owners see and say who may. Ask one of them.
over-bulk-limit = Nothing was done: { $asked } items were named, at most { $limit } are allowed in one command. Send them in parts.
over-bulk-limit-before = nothing was done, { $asked } items were named, at most { $limit } are allowed in one command. Send them in parts.
external-id-taken = Nothing was done: the client's own id is that of { $id }, which has another content.
external-id-taken-before = nothing was done, the client's own id is that of { $id }, which has another content.
expiry-out-of-bounds = Nothing was done: an item was to expire { $time }, which was over or too far away.
expiry-out-of-bounds-before = nothing was done, an item was to expire { $time }, which was over or too far away.
titles-in-private = For titles, ask me in private.

not-found = There { $many ->
    [many] are
   *[one] is
} no { $ids }.
already-pending = { $ids } { $many ->
    [many] were
   *[one] was
} already pending{ $by }{ $ago }.
already-approved = { $ids } { $many ->
    [many] were
   *[one] was
} already approved{ $by }{ $ago }.
already-rejected = { $ids } { $many ->
    [many] were
   *[one] was
} already rejected{ $by }{ $ago }.
already-expired = { $ids } expired{ $ago }.
already-withdrawn = { $ids } { $many ->
    [many] were
   *[one] was
} already withdrawn{ $by }{ $ago }.
already-issued = { $ids } { $many ->
    [many] were
   *[one] was
} already reported as issued{ $ago }.
already-failed = { $ids } { $many ->
    [many] were
   *[one] was
} already reported as failed{ $ago }.
state-pending = pending
state-approved = approved
state-rejected = rejected
state-expired = expired
state-withdrawn = withdrawn
by-you = by you
by-name = by { $name }
by-client = by the client { $name }
by-person = by the person { $id }
since = Since then: { $ids } { $many ->
    [many] are
   *[one] is
} { $state }.
since-undone = Since then undone: { $ids }, pending again.
ago-minutes = { $count } min ago
ago-hours = { $count } h ago
ago-days = { $count } d ago
just-now = just now
span-minutes = { $count } min
span-hours = { $count } h
span-days = { $count } d
time-today = { $time } { $zone }
time-dated = { $day } { $month } { $year } { $time } { $zone }
month = { $month }
thousands = ,

pending-none = Nothing is pending.
pending-none-such = Nothing that is pending has "{ $words }" as its kind or in its title. All: /pending
pending-all = { $total } pending:
pending-some = { $total } pending, { $span } of them:
pending-line = { $id } { $kind }: { $title } ({ $age })
pending-next = Decide with /approve { $ids } or /reject { $ids } REASON
pending-more = The next ones: /pending { $page }

card-head = { $id } { $kind }
card-from = By { $client } · { $hash }
card-more = { $more } characters more: press Details
card-more-shown = { $more } characters more: /show { $id }
card-quorum = { $have } of { $need } approvals{ $who }
card-quorum-by = : { $names }
card-approved = Approved by { $who }, { $time }
card-rejected = Rejected by { $who }, { $time }
card-expires = Expires { $time }
card-expired = Expired undecided, { $time }
card-withdrawn = Withdrawn by { $who }, { $time }
card-issued = Issued { $time }
card-failed = Failed { $time }
who-client = the client { $name }
who-person = the person { $id }
list-head = { $count } new, { $open } open:
list-line = { $id } { $kind }: { $title }
list-next = Decide with /approve or /reject and the numbers; /pending lists what is open.
details-head = { $id } { $title }
details-none = There is no more to it.
details-data = Data:
details-more = { $more } characters of data more; the HTTP API shows all of it
button-approve = Approve
button-reject = Reject
button-details = Details
button-list = Show them
read-first = The detail is longer than this card. Press Details, and decide under it.
details-sent = The details come below.
list-sent = The list comes below.
stale = { $many ->
    [many] { $ids } were undone after this was shown. Look at them again.
   *[one] { $ids } was undone after this was shown. Look at it again.
}

no-item = There is no #{ $id }.
no-such-receipt = There is no receipt R{ $number }.
nobody-called = Nobody on record is called @{ $name }. Ask by the numeric id that /whoami tells.
nobody-with-id = Nobody with the id { $id } is on record. If it is an item: /show { $id }
receipt-again = R{ $number }, { $time }:
record-submitted = Submitted { $time } by { $client }
record-earlier = { $count } earlier { $many ->
    [many] entries
   *[one] entry
}: /export
record-mark = { $time } { $who } { $did }
record-withdrawn = taken back { $time }
record-lapsed = counts no more since { $time }
did-approve = approved
did-reject = rejected
did-undo = took back
did-appoint = made { $who } { $role }
did-remove = took the role of { $who }
did-nothing = changed nothing
history-none = Nothing was decided in that time.
history-line = R{ $number } { $time } { $who } { $did }
history-more = Earlier ones: { $command }
why-head = { $id } { $kind }: { $state }
why-pending = pending
why-one = One approval or rejection decides it.
why-one-approval = One approval decides it.
why-one-rejection = One rejection decides it.
why-quorum-alone = { $need } different people must approve (quorum).
why-quorum = { $need } different people must approve (quorum); one rejection decides.
why-roles = Only { $roles } may decide it (roles).
why-bulk = It is decided alone, not together with others (bulk).
why-self = The client { $client }, which submitted it, may not decide it (allow_self).
why-reason = A rejection needs a reason (reason_required).
why-forbidden-approve = It may not be approved (forbidden).
why-forbidden-reject = It may not be rejected (forbidden).
why-expires-at = It expires { $time } unless it is decided, as the client { $client } asked (expires_at).
why-expires = It expires { $time } unless it is decided (expires_after).
why-remind = As long as it waits, it is brought up again after { $span }, then after twice as long each time (remind_after).
why-undo = A decision can be taken back for { $span } (undo_window).

# To the owners, about chats.
receiver-fails = Decisions could not be told to the receiver { $receiver } and were given up. See countersign webhooks list, then retry or drop them.
receiver-gone = The receiver { $receiver } says that it is gone (410) and is told nothing more. Take it out of DECISION_WEBHOOKS, or turn it on again: countersign webhooks enable { $receiver }.
chat-lost = I cannot write to chat { $chat } any more. If it is a person, let them press Start again; if it is a group, add me again. What failed: countersign outbox list.
topic-lost = Topic { $topic } of group { $chat } is closed or gone; new items are shown beside it. Open it again, or change REVIEW_CHATS.
removed-from = I was removed from group { $chat }, where the queue is shown. Add me again, or take it out of REVIEW_CHATS.
group-moved = Group { $from } became supergroup { $to }; the queue is shown there now. Change REVIEW_CHATS to { $to }.

# What a command about many items would do.
would-approve = This would approve { $count }: { $items }.
would-approve-before = this would approve { $count }: { $items }.
would-approve-nothing = This would approve nothing.
would-approve-nothing-before = this would approve nothing.
would-vote = Your approval would count: { $items }. Others must approve too.
would-vote-before = your approval would count: { $items }.
would-reject = This would reject { $count }: { $items }.
would-reject-before = this would reject { $count }: { $items }.
would-reject-nothing = This would reject nothing.
would-reject-nothing-before = this would reject nothing.
would-absent = Nothing of the kind { $kinds } waits; /pending shows what does.
would-left = { $left } more wait than one command takes; send it again for them.
confirm-next = Nothing was done yet. Confirm below within 2 minutes.
confirm-done = It was confirmed: { $number }.
confirm-over = Nothing was done, and it was not confirmed within 2 minutes. Send the command again.
confirm-theirs = Nothing was done yet. Until { $time } it can be confirmed by { $who }.
confirm-over-theirs = Nothing was done: it was not confirmed within 2 minutes.
receipt-number = Receipt { $number }
button-confirm-approve = Approve { $count }
button-confirm-vote = Vote for { $votes }
button-confirm-both = Approve { $count }, vote for { $votes }
button-confirm-reject = Reject { $count }
button-retry = Retry failed
button-items = Details
button-rest = Go on with the rest
button-page = Approve all on this page ({ $count })
button-before = ◀
button-next = ▶
button-no-reason = Without a reason
why-no-kind = is no kind of items
why-perhaps-a-kind = is not an item number; if it is a kind, write kind:{ $token }
why-items-beside-all = cannot stand beside all or kind:, which mean everything that waits; name either items or those
why-nothing-left = is left out again, so that nothing remains
expired-button = This button is older than 2 minutes. Send the command again.
not-your-button = Only the person who sent the command can press this.
page-forgotten = This list is too old. Ask again: /pending
came-meanwhile = { $count } came after this page was shown, and { $many ->
    [many] were
   *[one] was
} left alone.
items-head = R{ $number }, item by item:
items-more = and { $count } more: /show and a number
ids-more = { $ids } and { $count } more
items-missing = { $id } does not exist
ask-why = Why is { $id } rejected? { $title }
ask-why-reply = Reply to this message with the reason.
ask-why-buttons = Press a reason, or reply to this message with another.
ask-why-toast = Say why below: { $id } is not rejected yet.
no-such-reason = Nothing was done: a reason has 1 to 300 characters that can be shown. Reply again.
another-was-asked = Nothing was done: that question is for { $who }. To reject it yourself, press Reject on its card.

# Who may.
who-with-id = { $name } ({ $id })
role = { $role ->
    [owner] an owner
    [approver] an approver
   *[viewer] a viewer
}
decider-owner = owners
decider-approver = approvers
decider-client = clients of the API
and = { $some } and { $last }
appointed = { $who } is { $role } now.
appointed-before = { $who } became { $role }.
appointed-anew = { $who } is { $role } now, no longer { $before }.
appointed-anew-before = { $who } became { $role }, no longer { $before }.
removed = { $who } has no role any more; it was { $before }.
removed-before = { $who } lost the role, having been { $before }.
lapsed = Approvals of theirs on what waits that count no more: { $count }.
press-start = What is new reaches them in private once they have pressed Start in my chat.
since-role = Since then: { $who } is { $role }.
since-no-role = Since then: { $who } has no role.
kept-listed = Nothing changed: { $who } stands in ADMIN_IDS, and is an owner by that. Remove it there and restart.
kept-listed-before = nothing changed, { $who } stood in ADMIN_IDS. Remove it there and restart.
kept-has-it = Nothing changed: { $who } is { $role } already.
kept-has-it-before = nothing changed, { $who } was { $role } already.
kept-has-another = Nothing changed: { $who } is { $role } already. To change that: /admins role { $id } { $wanted }
kept-has-another-before = nothing changed, { $who } was { $role } already. To change that: /admins role { $id } { $wanted }
kept-has-none = Nothing changed: { $who } has no role. To give one: /admins add { $given }
kept-has-none-before = nothing changed, { $who } had no role. To give one: /admins add { $given }
kept-none-to-take = Nothing changed: { $who } has no role.
kept-none-to-take-before = nothing changed, { $who } had no role.
kept-last-owner = Nothing changed: { $who } is the only owner. Make somebody else one first, with /admins add or /admins role.
kept-last-owner-before = nothing changed, { $who } was the only owner. Make somebody else one first, with /admins add or /admins role.
kept-full = Nothing changed: { $limit } people have a role, and no more can. Take one first, with /admins remove.
kept-full-before = nothing changed, { $limit } people had a role, and no more could. Take one first, with /admins remove.
admins-head = { $total } with a role:
admins-line = { $who }: { $role } since { $time }, by { $by }
admins-listed = { $who }: { $role } (ADMIN_IDS)
admins-more = The next ones: /admins { $page }
admins-next = Change it with /admins add, /admins role and /admins remove.
hidden-person = Nothing was done: the account behind that message is hidden, so its id is unknown. Let them send me /whoami, and add them by that id: /admins add ID
nobody-there = Nothing was done: that message is not a person's own. Reply to one that is, or name them by the id that /whoami tells them: /admins add ID
no-person = Nothing was done: no person was named. Give the numeric id, or reply to a message of theirs. Example: { $example }
no-role = Nothing was done: no role was named; there are owner, approver and viewer. Example: /admins role 123456789 owner
why-no-admins = is not expected here; say add, role or remove, or a page
why-not-a-person = is not a numeric id; /whoami tells theirs
why-shared-account = is an account that many share, so that anybody could be meant
why-a-chat = is a chat's id, not a person's
why-no-such-person = is nobody's id
why-no-role = is not a role; there are owner, approver and viewer

# Figures: what is open, and what was decided in the last days.
stats-open = { $total } open:
stats-kind = { $kind }: { $count }, the oldest { $age } old
stats-other-kinds = Other kinds: { $count }
stats-ages = Waiting less than 1 h: { $hour }, 1 d: { $day }, 7 d: { $week }; longer: { $more }
stats-none-decided = Nothing was decided in the last { $days } days.
stats-decided = Decided in { $days } days: { $total } ({ $approved } approved, { $rejected } rejected), today { $today }
stats-cut = Of the last { $most } decisions:
stats-median = Median time to a decision: { $span }
stats-bars = { $bars } { $first } – { $last }: { $count }
stats-scale = ▁ is none, █ is { $most } on one day
stats-who = { $who }: { $count }, today { $today }
stats-others = and others: see /history
stats-date = { $day } { $month }
span-seconds = { $count } s

# The log as a file.
export = R{ $first } to R{ $last }, { $count } in all, from { $since } to { $until }.
export-rest = The file is full. The rest: /export R{ $number }

# What still waits.
reminder-one = Still waits for a decision, { $span } old:
reminder-head = { $count } still wait for a decision, the oldest { $span } old:
reminder-more = There are more: /pending
