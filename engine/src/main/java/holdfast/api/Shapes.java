package holdfast.api;

import holdfast.api.Shape.Value;
import holdfast.kernel.Address;
import holdfast.kernel.Ascii;
import holdfast.kernel.Checks;
import holdfast.kernel.Currencies;
import holdfast.kernel.Email;
import holdfast.kernel.Money;
import holdfast.kernel.Quantity;
import holdfast.kernel.Rate;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Locale.IsoCountryCode;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The shapes that values of requests have.
final class Shapes {

    private static final Set<String> COUNTRIES = Locale.getISOCountries(IsoCountryCode.PART1_ALPHA2);
    private static final Currency NO_CURRENCY = Currency.getInstance("XXX");

    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
    private static final int LONG_DIGITS_MAX = 18; // as many always fit into a long
    private static final int UUID_LENGTH = 36;
    private static final List<Integer> UUID_HYPHENS = List.of(8, 13, 18, 23);
    private static final Pattern PERCENT_SHAPE = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,4})?");
    private static final Pattern TOKEN_SHAPE = Pattern.compile("[\\x21-\\x7e]{1,255}");
    private static final Pattern POSITION_SHAPE = Pattern.compile("0|[1-9][0-9]{0,17}");
    private static final Pattern TIME_SHAPE = Pattern.compile(
            "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})");

    static final Shape<Sku> SKU =
            formatted(Sku.of("-"), Sku::isValid, Sku::of, "Must be 1 to 64 of A-Z a-z 0-9 . _ ~ : -");

    static final Shape<WarehouseCode> WAREHOUSE = formatted(
            WarehouseCode.of("-"), WarehouseCode::isValid, WarehouseCode::of, "Must be 1 to 32 of A-Z a-z 0-9 . _ -");

    /// A short name for programs, given by the merchant: of a rate, an option, a tax category.
    static final Shape<String> NAME =
            formatted("-", Checks::isName, name -> name, "Must be 1 to 64 of A-Z a-z 0-9 . _ ~ : -");

    static final Shape<Quantity> QUANTITY =
            value -> Quantity.of(smallInteger(1, Quantity.PIECES_MAX).read(value));

    /// What stands for a card or a wallet.
    static final Shape<String> TOKEN = formatted(
            "-",
            token -> TOKEN_SHAPE.matcher(token).matches(),
            token -> token,
            "Must be 1 to 255 printable ASCII characters without blanks");

    static final Shape<Email> EMAIL = value -> {
        String address = text(Email.LENGTH_MAX).read(value);
        if (Email.isValid(address)) return Email.of(address);
        Email standIn = Email.of("nobody@example.com");
        return address.isEmpty() ? standIn : value.refuse(standIn, "malformed", "Must be an e-mail address");
    };

    static final Shape<Currency> CURRENCY = value -> {
        if (!(value.json() instanceof Json.Text(String code))) return notText(value, NO_CURRENCY);
        return Currencies.find(code)
                .orElseGet(() -> value.refuse(NO_CURRENCY, "unknown", "Must be an ISO 4217 currency code"));
    };

    static final Shape<String> COUNTRY = value -> {
        if (!(value.json() instanceof Json.Text(String code))) return notText(value, "ZZ");
        return COUNTRIES.contains(code)
                ? code
                : value.refuse("ZZ", "unknown", "Must be an ISO 3166-1 alpha-2 country code");
    };

    static final Shape<UUID> ID = value -> {
        var standIn = new UUID(0, 0);
        if (!(value.json() instanceof Json.Text(String id))) return notText(value, standIn);
        return isUuid(id) ? UUID.fromString(id) : value.refuse(standIn, "not_a_uuid", "Must be a UUID");
    };

    static final Shape<Instant> TIME = value -> {
        if (!(value.json() instanceof Json.Text(String time))) return notText(value, Instant.EPOCH);
        if (TIME_SHAPE.matcher(time).matches()) {
            try {
                return OffsetDateTime.parse(time.toUpperCase(Locale.ROOT)).toInstant();
            } catch (DateTimeException e) {
                // The shape of a time, but on no calendar: told below.
            }
        }
        return value.refuse(Instant.EPOCH, "malformed", "Must be an RFC 3339 time, such as 2027-01-31T12:00:00Z");
    };

    /// How far somebody has read, in a query or a header, where everything is text.
    static final Shape<Long> POSITION = formatted(
            0L,
            position -> POSITION_SHAPE.matcher(position).matches(),
            Long::valueOf,
            "Must be the id of an event, or 0");

    static final Shape<Rate> PERCENT = percent(new Rate(0));

    static final Shape<Rate> POSITIVE_PERCENT = percent(new Rate(1));

    static final Shape<Boolean> TRUTH = value -> value.json() instanceof Json.Truth(boolean truth)
            ? truth
            : value.refuse(false, "wrong_type", "Must be true or false");

    /// `true` or `false` in a query, where everything is text.
    static final Shape<Boolean> TRUTH_TEXT = oneOf(List.of(true, false), String::valueOf);

    static final Shape<Money> MONEY = money(0);

    static final Shape<Money> POSITIVE_MONEY = money(1);

    static final Shape<Address> ADDRESS = Fields.object(address -> new Address(
            address.required("name", text(200)),
            address.optional("company", text(200)),
            address.required("line1", text(200)),
            address.optional("line2", text(200)),
            address.required("city", text(200)),
            address.optional("region", text(64)),
            address.optional("postal_code", text(20)),
            address.required("country", COUNTRY),
            address.optional("phone", text(32))));

    private Shapes() {}

    private static Shape<Rate> percent(Rate least) {
        return value -> {
            if (!(value.json() instanceof Json.Text(String percent))) return notText(value, least);
            if (!PERCENT_SHAPE.matcher(percent).matches()) {
                return value.refuse(least, "malformed", "Must be a decimal with at most four places, such as 8.875");
            }
            var rate = new BigDecimal(percent);
            boolean fits = rate.compareTo(new BigDecimal(least.percent())) >= 0 && rate.compareTo(HUNDRED) <= 0;
            return fits
                    ? Rate.percent(percent)
                    : value.refuse(least, "out_of_range", "Must be from " + least.percent() + " to 100");
        };
    }

    private static Shape<Money> money(long least) {
        return Fields.object(money -> Money.of(
                money.required("amount", integer(least, Money.MINOR_MAX)), money.required("currency", CURRENCY)));
    }

    /// One line of text: not blank, at most `lengthMax` characters, no control characters.
    static Shape<String> text(int lengthMax) {
        return value -> {
            if (!(value.json() instanceof Json.Text(String text))) return notText(value, "");
            if (text.isBlank()) return value.refuse("", "required", "Must not be blank");
            if (text.codePointCount(0, text.length()) > lengthMax) {
                return value.refuse("", "too_long", "Must be at most " + lengthMax + " characters");
            }
            return hasControls(text)
                    ? value.refuse("", "malformed", "Must be one line without control characters")
                    : text;
        };
    }

    /// Text that `isValid` accepts, made into what it stands for.
    static <T> Shape<T> formatted(T standIn, Predicate<String> isValid, Function<String, T> of, String otherwise) {
        return value -> {
            if (!(value.json() instanceof Json.Text(String text))) return notText(value, standIn);
            return isValid.test(text) ? of.apply(text) : value.refuse(standIn, "malformed", otherwise);
        };
    }

    /// One of a few words.
    static <T> Shape<T> oneOf(List<T> choices, Function<T, String> code) {
        String otherwise = "Must be one of " + choices.stream().map(code).collect(Collectors.joining(", "));
        return value -> {
            if (!(value.json() instanceof Json.Text(String text))) return notText(value, choices.getFirst());
            return choices.stream()
                    .filter(choice -> code.apply(choice).equals(text))
                    .findFirst()
                    .orElseGet(() -> value.refuse(choices.getFirst(), "unknown", otherwise));
        };
    }

    /// A JSON integer: neither `1.0` nor `1e3` nor `"1"`.
    static Shape<Long> integer(long least, long most) {
        return value -> value.json() instanceof Json.Numeral(String digits)
                ? integer(value, digits, least, most)
                : value.refuse(least, "wrong_type", "Must be an integer");
    }

    /// As [#integer], where an `int` is meant.
    static Shape<Integer> smallInteger(int least, int most) {
        return value -> Math.toIntExact(integer(least, most).read(value));
    }

    /// An integer in a query or a path, where everything is text.
    static Shape<Integer> integerText(int least, int most) {
        return value -> value.json() instanceof Json.Text(String digits)
                ? Math.toIntExact(integer(value, digits, least, most))
                : notText(value, least);
    }

    private static long integer(Value value, String digits, long least, long most) {
        if (!isInteger(digits)) return value.refuse(least, "wrong_type", "Must be an integer");
        long integer = digits.length() <= LONG_DIGITS_MAX ? Long.parseLong(digits) : Long.MIN_VALUE;
        return least <= integer && integer <= most
                ? integer
                : value.refuse(least, "out_of_range", "Must be from " + least + " to " + most);
    }

    /// An array of `least` to `most` items. Of one that is longer no item is looked at.
    static <T> Shape<List<T>> list(int least, int most, Shape<T> item) {
        return value -> {
            if (!(value.json() instanceof Json.Items(List<Json> items))) {
                return value.refuse(List.of(), "wrong_type", "Must be an array");
            }
            if (items.size() < least) return value.refuse(List.of(), "required", "Must have at least " + least);
            if (items.size() > most) return value.refuse(List.of(), "too_many", "Must be at most " + most);
            var read = new ArrayList<T>(items.size());
            for (Json json : items) {
                read.add(item.read(new Value(json, value.path().item(read.size()), value.errors())));
            }
            return List.copyOf(read);
        };
    }

    /// As `list`, where no two items may have the same value of one member.
    static <T> Shape<List<T>> distinct(Shape<List<T>> list, String member, Function<T, Object> by) {
        return value -> {
            int errors = value.errors().count();
            List<T> items = list.read(value);
            if (value.errors().count() > errors) return items; // There may be stand-ins among them.
            var seen = new HashSet<Object>();
            for (int i = 0; i < items.size(); i++) {
                if (!seen.add(by.apply(items.get(i)))) {
                    value.errors().add(value.path().item(i).member(member), "duplicate", "Must be here only once");
                }
            }
            return items;
        };
    }

    /// RFC 8259, 6, without fraction and exponent.
    private static boolean isInteger(String text) {
        int begin = text.startsWith("-") ? 1 : 0;
        int digits = text.length() - begin;
        return digits > 0
                && (digits == 1 || text.charAt(begin) != '0')
                && Ascii.DIGITS.fill(text, begin, text.length());
    }

    /// RFC 9562, 4: other than [UUID#fromString] has it, with all of its zeros.
    private static boolean isUuid(String text) {
        if (text.length() != UUID_LENGTH) return false;
        int begin = 0;
        for (int hyphen : UUID_HYPHENS) {
            if (text.charAt(hyphen) != '-' || !Ascii.HEX.fill(text, begin, hyphen)) return false;
            begin = hyphen + 1;
        }
        return Ascii.HEX.fill(text, begin, UUID_LENGTH);
    }

    private static <T> T notText(Value value, T standIn) {
        return value.refuse(standIn, "wrong_type", "Must be a string");
    }

    private static boolean hasControls(String text) {
        return text.codePoints().anyMatch(c -> switch (Character.getType(c)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
                true;
            default -> false;
        });
    }
}
