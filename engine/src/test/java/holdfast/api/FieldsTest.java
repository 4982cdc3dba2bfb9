package holdfast.api;

import static holdfast.Refusals.refusalOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.kernel.FieldError;
import holdfast.kernel.Money;
import holdfast.kernel.Quantity;
import holdfast.kernel.Sku;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How the fields of a request are read, and what is said of those that are wrong.
class FieldsTest {

    private static final Map<String, Shape<?>> SHAPES = Map.ofEntries(
            Map.entry("text", Shapes.text(5)),
            Map.entry("sku", Shapes.SKU),
            Map.entry("warehouse", Shapes.WAREHOUSE),
            Map.entry("quantity", Shapes.QUANTITY),
            Map.entry("money", Shapes.MONEY),
            Map.entry("positive", Shapes.POSITIVE_MONEY),
            Map.entry("currency", Shapes.CURRENCY),
            Map.entry("country", Shapes.COUNTRY),
            Map.entry("email", Shapes.EMAIL),
            Map.entry("uuid", Shapes.ID),
            Map.entry("time", Shapes.TIME),
            Map.entry("percent", Shapes.PERCENT),
            Map.entry("truth", Shapes.TRUTH),
            Map.entry("word", Shapes.oneOf(List.of("one", "two"), word -> word)),
            Map.entry("list", Shapes.list(1, 2, Shapes.QUANTITY)));

    private record Line(Sku sku, Quantity quantity) {
        Line(Fields line) {
            this(line.required("sku", Shapes.SKU), line.required("quantity", Shapes.QUANTITY));
        }
    }

    private record Wish(
            Currency currency, List<Line> lines, @Nullable Money tip) {
        Wish(Fields wish) {
            this(
                    wish.required("currency", Shapes.CURRENCY),
                    wish.required("lines", Shapes.list(1, 3, Fields.object(Line::new))),
                    wish.optional("tip", Shapes.MONEY));
        }
    }

    @Test
    void what_is_right_is_read() {
        var wish = read("""
                {"currency": "GBP", "lines": [{"sku": "MUG", "quantity": 2}],
                 "tip": {"amount": 5, "currency": "JPY"}}""");
        assertThat(wish.lines).containsExactly(new Line(Sku.of("MUG"), Quantity.of(2)));
        assertThat(wish.tip).isEqualTo(Money.of(5, Currency.getInstance("JPY")));
        assertThat(read("{\"currency\": \"GBP\", \"lines\": [{\"sku\": \"MUG\", \"quantity\": 2}]}").tip)
                .isNull();
    }

    @Test
    void everything_that_is_wrong_is_named_at_once() {
        assertThat(wrong(() -> read("""
                {"lines": [{"sku": "no such/sku"}, 7, {"sku": "MUG", "quantity": 1.5, "qty": 1}],
                 "tip": {"amount": -1}, "gift": true}""")))
                .containsExactly(
                        "currency: required",
                        "lines[0].sku: malformed",
                        "lines[0].quantity: required",
                        "lines[1]: wrong_type",
                        "lines[2].quantity: wrong_type",
                        "lines[2].qty: unknown_field",
                        "tip.amount: out_of_range",
                        "tip.currency: required",
                        "gift: unknown_field");
    }

    @Test
    void a_list_that_is_too_long_is_not_looked_at() {
        assertThat(wrong(() -> read("{\"currency\": \"GBP\", \"lines\": [1, 2, 3, 4]}")))
                .containsExactly("lines: too_many");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    text      | "abcde"                  |
                    text      | "ab😀de"                 |
                    text      | "abcdef"                 | too_long
                    text      | ""                       | required
                    text      | "  "                     | required
                    text      | "a\\nb"                  | malformed
                    text      | 7                        | wrong_type
                    text      | null                     | wrong_type
                    sku       | "A.b_c~d:e-1"            |
                    sku       | "A/B"                    | malformed
                    warehouse | "LON-1"                  |
                    warehouse | "LON:1"                  | malformed
                    quantity  | 1                        |
                    quantity  | 1000000                  |
                    quantity  | 0                        | out_of_range
                    quantity  | -1                       | out_of_range
                    quantity  | 1000001                  | out_of_range
                    quantity  | 2147483648               | out_of_range
                    quantity  | 9223372036854775808      | out_of_range
                    quantity  | 1.5                      | wrong_type
                    quantity  | 1.0                      | wrong_type
                    quantity  | 1e3                      | wrong_type
                    quantity  | "1"                      | wrong_type
                    quantity  | "1e3"                    | wrong_type
                    quantity  | true                     | wrong_type
                    currency  | "KWD"                    |
                    currency  | "gbp"                    | unknown
                    currency  | "XXX"                    | unknown
                    country   | "GB"                     |
                    country   | "UK"                     | unknown
                    email     | "ada@example.com"        |
                    email     | "ada"                    | malformed
                    uuid      | "0199f0a1-2b3c-7d4e-8f5a-6b7c8d9e0f1a" |
                    uuid      | "1-1-1-1-1"              | not_a_uuid
                    time      | "2027-01-31T12:00:00Z"   |
                    time      | "2027-01-31T12:00:00.123456+02:00" |
                    time      | "2027-02-31T12:00:00Z"   | malformed
                    time      | "2027-01-31"             | malformed
                    percent   | "8.875"                  |
                    percent   | "100"                    |
                    percent   | "100.0001"               | out_of_range
                    percent   | "8.87501"                | malformed
                    percent   | "-1"                     | malformed
                    percent   | "1e1"                    | malformed
                    percent   | 8                        | wrong_type
                    truth     | false                    |
                    truth     | "false"                  | wrong_type
                    word      | "two"                    |
                    word      | "three"                  | unknown
                    list      | [1, 2]                   |
                    list      | []                       | required
                    list      | [1, 2, 3]                | too_many
                    list      | {}                       | wrong_type
                    """)
    void a_value_has_its_shape(String shape, String json, @Nullable String code) {
        byte[] body = "{\"it\": %s}".formatted(json).getBytes(UTF_8);
        List<FieldError> errors =
                code == null ? List.of() : refusalOf(() -> read(body, shape)).errors();
        if (code == null) assertThat(read(body, shape)).isNotNull();
        assertThat(errors.stream().map(error -> error.field() + ": " + error.code()))
                .isEqualTo(code == null ? List.of() : List.of("it: " + code));
    }

    @Test
    void a_message_never_repeats_the_value() {
        assertThat(refusalOf(() -> read("{\"currency\": \"SECRET\", \"lines\": \"SECRET\", \"tip\": 1}"))
                        .errors())
                .noneMatch(error -> error.message().contains("SECRET"));
    }

    @Test
    void a_very_long_name_is_repeated_only_in_part() {
        assertThat(wrong(() -> read("""
                {"currency": "GBP", "lines": [{"sku": "MUG", "quantity": 2}], "%s": 1}""".formatted("x".repeat(5000)))))
                .containsExactly("x".repeat(64) + "…: unknown_field");
    }

    @Test
    void a_time_is_read_in_any_offset() {
        assertThat(read("{\"it\": \"2027-01-31T12:00:00+02:00\"}".getBytes(UTF_8), "time"))
                .isEqualTo(Instant.parse("2027-01-31T10:00:00Z"));
    }

    private static Wish read(String body) {
        return Fields.read(JsonReader.object(body.getBytes(UTF_8)), Wish::new);
    }

    private static Object read(byte[] body, String shape) {
        Shape<?> known = requireNonNull(SHAPES.get(shape));
        return Fields.read(JsonReader.object(body), fields -> fields.required("it", known));
    }

    private static List<String> wrong(Runnable reading) {
        return refusalOf(reading::run).errors().stream()
                .map(error -> error.field() + ": " + error.code())
                .toList();
    }
}
