package holdfast.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What is put into fields that do not allow it.
final class BadValues {

    private static final JsonMapper JSON = new JsonMapper();

    /// Values of every kind, as they stand in JSON.
    private static final List<String> LITERALS = List.of(
            "null",
            "true",
            "{}",
            "[]",
            "[null]",
            "{\"a\":1}",
            "-1",
            "0",
            "7",
            "1.5",
            "2147483648",
            "-2147483649",
            "9223372036854775808",
            "-9223372036854775809",
            "123456789012345678901234567890123",
            "\"\"",
            "\" \"",
            "\"x\"",
            "\"7\"",
            "\"-1\"",
            "\"1.5\"",
            "\"1e3\"",
            "\"true\"",
            "\"gbp\"",
            "\"a b\"",
            "\"a\\nb\"",
            "\"a\\u0000b\"",
            "\"a\\u0001b\"",
            "\"a\\u2028b\"",
            "\"\\ud800\"",
            "\"b\\udc00a\"",
            "\"\\u0661\\u0662\"",
            "\"' or 1=1 --\"",
            "\"../../etc/passwd\"",
            "\"2027-02-30T00:00:00Z\"",
            "\"2027-01-31\"",
            "\"" + "A".repeat(8_193) + "\"",
            "\"" + "\u00e9".repeat(100_000) + "\"");

    /// JSON Schema takes these for integers, our API does not.
    static final List<String> INTEGERS_WRITTEN_OTHERWISE = List.of("1.0", "1e3", "1E0", "10e-1");

    static final List<String> CARDS =
            List.of("4242424242424242", "4242 4242 4242 4242", "5555-5555-5555-4444", "my card: 378282246310005.");

    /// Fields that name things, whose names may look like card numbers.
    private static final Pattern NAMES = Pattern.compile("(.*\\.)?(sku|id|tracking_number|cursor|\\w+_id)");

    /// Names of nothing, which no schema can tell.
    private static final Map<String, List<String>> UNKNOWN = Map.of(
            "currency", List.of("ZZZ", "XAU"),
            "country", List.of("ZZ", "XX"),
            "sku", List.of("NO-SUCH-SKU", "mug-blue"),
            "warehouse", List.of("NOWHERE"),
            "from", List.of("NOWHERE"),
            "to", List.of("NOWHERE"),
            "gateway", List.of("bank-of-nowhere"),
            "cart_id", List.of("0199f0a1-2b3c-7d4e-8f5a-000000000000"));

    /// Where a currency that exists is still another one than it has to be.
    private static final Set<String> OTHER_CURRENCY =
            Set.of("openCheckout currency", "completeCheckout expected_total.currency", "createRefund amount.currency");

    private static final Pattern LENGTH_BOUND = Pattern.compile(".*\\{\\d+,(\\d+)}\\$");
    private static final int URL_LENGTH_MAX = 1_000;

    private BadValues() {}

    /// JSON literals to be tried in a field; some may be good ones there.
    static List<String> literals(JsonNode schema) {
        var literals = new ArrayList<>(LITERALS);
        int longest = lengthMax(schema);
        if (longest > 0) literals.add("\"" + "A".repeat(longest + 1) + "\"");
        if (schema.has("minimum"))
            literals.add(String.valueOf(schema.path("minimum").longValue() - 1));
        if (schema.has("maximum"))
            literals.add(String.valueOf(schema.path("maximum").longValue() + 1));
        return literals;
    }

    private static int lengthMax(JsonNode schema) {
        Matcher bound = LENGTH_BOUND.matcher(schema.path("pattern").stringValue(""));
        int byPattern = bound.matches() ? Integer.parseInt(bound.group(1)) : 0;
        return schema.path("maxLength").intValue(byPattern);
    }

    /// The same for a path or a query, where everything is text.
    static List<String> texts(JsonNode schema) {
        var texts = new ArrayList<>(List.of("A".repeat(600), "+1", "01", "0x10", "NaN", "%2525"));
        for (String literal : literals(schema)) {
            JsonNode value = JSON.readTree(literal);
            String text = value.isString() ? value.stringValue() : literal;
            if (!value.isContainer()
                    && text.length() <= URL_LENGTH_MAX
                    && UTF_8.newEncoder().canEncode(text)) {
                texts.add(text);
            }
        }
        return texts;
    }

    /// Well-formed values of a field that name nothing, or not what they should.
    static List<String> unknown(String operation, String field) {
        String name = field.substring(field.lastIndexOf('.') + 1);
        var unknown = new ArrayList<>(UNKNOWN.getOrDefault(name, List.of()));
        if (OTHER_CURRENCY.contains(operation + " " + field)) unknown.add("EUR");
        return unknown;
    }

    /// Whether a card number in this field is only a name that looks like one.
    static boolean isName(String field) {
        return NAMES.matcher(field).matches();
    }
}
