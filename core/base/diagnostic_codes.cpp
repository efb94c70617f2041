#include "core/base/diagnostic_codes.h"

namespace premura {
namespace {

constexpr DiagnosticCode codes[] = {
    {"PR001", "file cannot be read",
     "The file or folder does not exist, may not be read, is too large, or is neither file nor "
     "folder."},
    {"PR002", "not valid YAML",
     "The text does not follow YAML's grammar. The place is where reading stopped; the mistake is "
     "often in the line before."},
    {"PR003", "not UTF-8",
     "Files are UTF-8 text. Other encodings, control characters and half characters are refused, "
     "because they would end up in messages to customers."},
    {"PR004", "tab", "YAML forbids tabs in indentation, and nobody can see them elsewhere."},
    {"PR005", "duplicate key",
     "Many YAML tools take one of two equal keys without a word. Here both would be meant, so "
     "neither is taken."},
    {"PR006", "quote not closed on its line",
     "A forgotten quote swallows the lines after it up to the next quote. So a text in quotes must "
     "end on its line; several lines are written as a block after '|'."},
    {"PR007", "alias inside itself", "An alias (*name) that stands in what it names has no end."},
    {"PR008", "too large or too deep",
     "The file is larger, deeper or repeats more by aliases than any rule set needs."},
    {"PR009", "merge key", "Merge keys (<<) are not part of YAML 1.2, and tools differ on them."},
    {"PR010", "second document",
     "After '---' a second document begins, which many tools pass over in silence."},
    {"PR011", "word that may be a boolean",
     "yes, no, on, off, y and n are texts to some YAML tools and true or false to others: the "
     "language code no and the country NO are well known victims. In quotes they are texts."},
    {"PR012", "tag", "Tags (!!str, !name) change what a value is. They are not used here."},
    {"PR013", "file says nothing",
     "What a file is, is told by its keys at the top: rules, calendars, holidays, tenants, "
     "messages, mappings, tests."},
    {"PR014", "version missing or unknown",
     "Each file says the version of its format, so that a later program can tell old from new."},

    {"PR101", "unknown key",
     "The key is not one of those that can stand here. A misspelt key that was passed over would "
     "be a rule that means something else."},
    {"PR102", "missing key", "A key that must be there is not."},
    {"PR103", "wrong shape",
     "A text, a list or a map of keys stands where something else is wanted, or it is empty."},
    {"PR104", "not a duration",
     "A duration is a number and a unit: second, minute, hour, day, week; with 'business' before "
     "the unit it counts inside a calendar only; or it is 'at once'."},
    {"PR105", "unknown event",
     "Events have the names of the vocabulary; other systems' names are translated by mappings."},
    {"PR106", "unknown fact",
     "Facts have the names of the vocabulary; other systems' names are translated by mappings."},
    {"PR107", "not one of the words allowed", "Only a few words can stand here."},
    {"PR108", "business time where only elapsed time counts",
     "How far back a new rule looks is a stretch of the past, the same for everyone: it has no "
     "calendar."},
    {"PR109", "not a number that can stand here",
     "Numbers are decimal, without leading zeros (octal to some tools), exponents or quotes, and "
     "inside their bounds."},
    {"PR110", "not a name",
     "Names that others refer to have lower-case letters, digits and '-', a letter first."},
    {"PR111", "given twice", "Two things of one kind have the same name, so neither can be meant."},
    {"PR112", "not a time with a zone",
     "A rule serves tenants in several time zones, so a time in it says its own."},

    {"PR120", "not exactly one deadline",
     "A rule has either 'within', a duration after the start, or 'by', a time in a fact."},
    {"PR121", "fact of the wrong kind",
     "'by' needs a fact that is a time; 'of' in a calendar needs one that is a text."},
    {"PR122", "business time without a calendar",
     "Business hours and days are counted in a calendar, and none is named. It is never guessed."},
    {"PR123", "not exactly one verb", "A step does one thing: expedite, notify, call or escalate."},
    {"PR124", "text of another verb",
     "'request' belongs to expedite, 'message' to notify, 'script' to call."},
    {"PR125", "before and after mixed up",
     "Early warnings come 'before' the deadline; steps of if_late come 'after' the one above."},
    {"PR126", "starts and stops at once",
     "The expected event is one that starts the clock too. With again: once the clock would stop "
     "in the moment it starts, and the rule would never be late."},
    {"PR127", "cancels what it needs", "An event in 'unless' is also in 'expect' or 'when'."},
    {"PR128", "operator does not fit",
     "Numbers and times can be compared, only texts have a beginning."},
    {"PR129", "impossible filter",
     "No value can meet all that is asked, so the rule would never start."},
    {"PR130", "step out of reach", "The early warning lies at or before the start of the clock."},
    {"PR131", "pause that makes no sense",
     "A pause goes from one event to another, and moves only deadlines given by 'within'."},
    {"PR133", "calendar not used",
     "Plain hours and days are elapsed time; a calendar beside them has no effect. Perhaps "
     "business hours were meant."},
    {"PR134", "message that is never sent",
     "When a call and a message to one customer are due together, the call wins."},
    {"PR135", "condition that does not work",
     "Conditions are written in CEL. Names must be facts, lists, conditions or functions; the kinds of "
     "values must fit; numbers of facts are written with a point: 100.0."},
    {"PR136", "unknown list", "No file has a list of that name."},
    {"PR137", "conditions in a circle", "A condition that names itself has no answer."},
    {"PR138", "too many steps",
     "A ladder of more than a few steps is no ladder any more: 8 early warnings, 64 steps when late."},

    {"PR139", "a rule that is about something else now",
     "The clocks that run were started by other events, or count for another subject. They cannot go "
     "on under this rule: it needs an id of its own."},
    {"PR140", "unknown calendar",
     "The name is neither a calendar nor an alias of each tenant that the rule applies to."},
    {"PR141", "unknown holiday set", "No file has a holiday set of that name."},
    {"PR142", "unknown message", "No file has a message of that id."},
    {"PR143", "message without the part needed",
     "A call needs a script, a notification an e-mail or an SMS."},
    {"PR144", "message missing in a language",
     "A tenant's customers speak a language that the message does not have."},
    {"PR145", "unknown team", "A tenant that the rule applies to has no team of that name."},
    {"PR146", "unknown tenant", "No file has a tenant of that id."},
    {"PR147", "checked without tenants",
     "Calendars, teams and languages belong to tenants. Without one, the names cannot be checked."},
    {"PR148", "tenant without warehouses",
     "'calendar: of order.warehouse' looks the warehouse up in the tenant, which names none."},
    {"PR149", "exception to an unknown rule",
     "A tenant leaves something out of a rule that no file has: the exception would never be read."},

    {"PR150", "not hours of a day",
     "Hours are written 09:00-17:30, from 00:00 to 24:00, the earlier time first."},
    {"PR151", "not days of the week",
     "Hours are given for monday to sunday or for a range such as monday-friday, each day once."},
    {"PR152", "not a day or a closure",
     "A holiday is a day of every year or counted from Easter; a closure may also be a holiday "
     "set, a date, or a range of dates."},
    {"PR153", "calendar that cannot be",
     "The calendar or holiday can be read, but not computed with."},

    {"PR160", "unknown time zone", "Time zones have IANA names, such as Europe/Rome."},
    {"PR161", "which holidays",
     "Customers are not called on holidays; which days those are, must be said by naming a "
     "holiday set."},
    {"PR162", "not a language", "Languages are ISO 639 codes, such as it."},
    {"PR163", "not an address",
     "An e-mail address has one @, a telephone number a plus and 7 to 15 digits."},
    {"PR164", "two ways for one system",
     "A system hears of a request by a webhook or by e-mail; by both it would hear it twice."},

    {"PR170", "broken template",
     "A tag is not closed, a section does not match, or it is a kind of tag that is not "
     "supported: partials, other delimiters, anything that is not a plain name."},
    {"PR171", "unknown variable",
     "The template uses a name that is never filled in, so the customer would read a gap."},
    {"PR172", "SMS too long",
     "An SMS holds 160 characters of the GSM alphabet, or 70 if there is a single other one."},
    {"PR173", "HTML that has no place in an e-mail",
     "Only tags that give text its form, and links: nothing that is fetched from elsewhere, nothing that runs."},
    {"PR174", "message that leaves a question open",
     "A customer who is not told what happened, by when, and what comes next calls to ask. Looked for are words of the text's "
     "language (Italian and English) and tags such as {{order.promised_by.day}}; 'without' says what is left out on purpose."},
    {"PR175", "column that cannot be filled",
     "A column of a dialer is made of a field of the call or of a fact, alone or in a text; docs/DIALERS.md lists the fields. Times "
     "have a form of their own."},
    {"PR176", "more than the dialer takes",
     "Tools that dial take so many columns, and so many characters in their names and cells; 'limits' says how many. Without a "
     "telephone number there is nothing to dial."},
    {"PR177", "unknown dialer", "A tenant names a dialer that no file has. The shipped ones stand in config/dialers."},

    {"PR180", "not a time of a test",
     "Times in rule tests are the tenant's local time, or have an offset."},
    {"PR181", "event about nothing", "An event in a rule test names no order, shipment and so on."},
    {"PR182", "unknown rule", "The rule test names a rule that no file has."},
    {"PR183", "not one outcome", "Each line of 'then' says one thing that happens."},
    {"PR184", "test that ends too early",
     "The time up to which nothing else may happen lies before the last thing that should."},
    {"PR185", "not a span of time",
     "A time in which the daemon is down or the input stands still has two times, the earlier one "
     "first."},
    {"PR186", "arrives before it happens",
     "An event reaches the log when it happens or later, never before."},
    {"PR187", "not one change of rules",
     "A change of rules in the middle of a test names rules that come or change, in a file or in "
     "place, or rules that go."},
    {"PR188", "has no place here",
     "The key or line has a meaning elsewhere in a test, but not where it stands. What was held, "
     "dropped or left to a call belongs under 'suppressed', what was done under 'then'."},

    {"PR190", "not a path",
     "Paths are /a/b (JSON Pointer into the body), header.x, key, and with for_each a/b."},
    {"PR191", "not one source of a value",
     "A value comes from one of 'from', 'first_of' and 'text'."},
    {"PR192", "not something to take", "'take' is 'digits', or a part between separators."},
    {"PR193", "not a match", "A message is matched by values, or by 'present: true'."},
    {"PR194", "conversion does not fit", "'as' makes another kind of value than is needed."},
    {"PR195", "event about nothing",
     "The mapping gives no id of an order, shipment and so on, so its events belong to nothing."},

    {"PR301", "business time in the settings", "Settings have no calendar; their times are elapsed time."},
    {"PR302", "not the name of a topic", "Kafka takes letters, digits, '.', '_' and '-', 249 at most."},
    {"PR303", "too short a time", "A shorter one would keep the daemon from working."},
    {"PR304", "not an instance", "The instance is part of names in Kafka: letters, digits, '.', '_' and '-'."},
    {"PR305", "no such file or folder", "Relative paths begin at the folder of the settings file."},
    {"PR306", "topic named twice", "Each source is read once."},
    {"PR307", "not a property of librdkafka",
     "What stands under log.kafka.properties goes to librdkafka, which refused it, or Premura sets it itself."},
    {"PR308", "secret for all to read", "Secrets belong in files that only the service may read."},
    {"PR309", "not an address and port", "Addresses are written as 127.0.0.1:8470 or [::1]:8470."},
    {"PR310", "token too weak", "Whoever guesses the token may send events."},
    {"PR311", "secret that cannot be read", "A secret's file is missing, unreadable, empty or too large."},
    {"PR312", "secret that others may read", "The file's permissions let others read the secret."},
    {"PR313", "file passed over", "Only *.yaml in conf.d is read, so that editors' leftovers are not."},
    {"PR314", "which Kafka", "With log.kind: kafka the brokers must be named."},
    {"PR315", "open to the network without a token",
     "On another address than loopback anybody could send events, so a token is required there."},
    {"PR316", "more workers than partitions", "A worker without a partition has nothing to do."},
    {"PR317", "retentions that contradict each other",
     "An order with an open case must be kept at least as long as the others."},
    {"PR330", "no such file", "A file that the settings name is not there."},
    {"PR331", "not an address of a gateway",
     "A mail server has a host, a webhook an address of the web without a password in it, a sender an e-mail address."},
    {"PR332", "not encrypted", "Messages hold names and addresses; whoever is on their way can read them."},
    {"PR333", "short secret", "What signs webhooks must not be guessed: 16 letters at least."},
    {"PR334", "gateway named twice", "Tenants name gateways by their names, so each has its own; smtp is the mail server's."},
    {"PR335", "mail without a sender", "Mail comes from somebody: the settings say from whom where no tenant does."},
    {"PR336", "timeout longer than the lease",
     "A request that is not answered within the lease is made again; it must have ended by then."},
    {"PR337", "unknown webhook", "Incidents go to a webhook that the settings do not have."},
    {"PR338", "senders in a replay", "A replay decides what was decided long ago: nothing of it is sent."},
    {"PR340", "cannot be an account", "Users have lower-case letters, digits and . _ @ - +, so that one person has one name."},
    {"PR341", "not the hash of a password",
     "Passwords are kept as scrypt hashes alone: premura account password sets one."},
    {"PR342", "accounts that others may read or write",
     "Whoever reads the file can try passwords at leisure, and whoever writes it is lead: mode 0600."},
    {"PR343", "cannot be a group", "Groups have no comma, which stands between them in a proxy's header."},
    {"PR344", "not a language", "The page's words are chosen by it: en, it."},
    {"PR345", "certificate that cannot be used",
     "TLS needs a certificate and the key that belongs to it, both as PEM files without a password."},
    {"PR346", "desk in the clear",
     "On a network the desk is served by TLS, here or at a proxy: what agents send and read is personal."},
    {"PR347", "proxy that anybody could be",
     "Who people are is believed only from known addresses with a secret of 32 characters or more."},
    {"PR348", "weak session key", "Whoever guesses it is whom they like: 32 characters or more a line."},
    {"PR349", "not an address or network", "Write 10.1.2.3, 10.0.0.0/8, ::1 or fd00::/8."},
    {"PR350", "session ends that contradict each other", "A session ends for good no sooner than when idle."},
    {"PR351", "identity provider that is not whole",
     "OpenID Connect needs issuer, client, the address to come back to, all by https, and a file that says who may do what."},
};

}  // namespace

std::span<const DiagnosticCode> all_diagnostic_codes() {
    return codes;
}

const DiagnosticCode* diagnostic_code(std::string_view id) {
    for (const DiagnosticCode& code : codes) {
        if (code.id == id) return &code;
    }
    return nullptr;
}

}  // namespace premura
