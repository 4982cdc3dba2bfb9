package holdfast.api;

import static holdfast.Refusals.refusalOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.kernel.Problem;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is JSON to us, and what is not.
class JsonReaderTest {

    @Test
    void an_object_is_read_member_by_member_in_its_order() {
        assertThat(JsonReader.object("{\"b\": [1, true, null], \"a\": {\"c\": \"é\"}}".getBytes(UTF_8))
                        .members())
                .containsExactly(
                        Map.entry(
                                "b",
                                new Json.Items(List.of(new Json.Numeral("1"), new Json.Truth(true), new Json.Null()))),
                        Map.entry("a", new Json.Members(Map.of("c", new Json.Text("é")))));
    }

    @Test
    void numbers_are_kept_as_they_were_written() {
        assertThat(JsonReader.object("{\"a\": 1.50, \"b\": 1e3, \"c\": 12345678901234567890}".getBytes(UTF_8))
                        .members())
                .containsValues(
                        new Json.Numeral("1.50"), new Json.Numeral("1e3"), new Json.Numeral("12345678901234567890"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    `` | body: required
                    { | body: malformed
                    {"a": 1 | body: malformed
                    {"a": } | body: malformed
                    {"a": 01} | body: malformed
                    {"a": NaN} | body: malformed
                    {'a': 1} | body: malformed
                    {"a": 1,} | body: malformed
                    {"a": 1} {"b": 2} | body: malformed
                    {"a": 1} x | body: malformed
                    {"a": [1, {"b": x}]} | a[1]: malformed
                    [] | body: wrong_type
                    null | body: wrong_type
                    "text" | body: wrong_type
                    {"a": 1, "a": 2} | a: duplicate
                    {"a": [{"b": 1, "b": 1}]} | a[0].b: duplicate
                    {"a": "\\u0000"} | a: malformed
                    {"a": "\\ud800"} | a: malformed
                    {"a": "x\\udc00\\ud800"} | a: malformed
                    {"a\\u0000": 1} | body: malformed
                    {"a": 123456789012345678901234567890123} | a: out_of_range
                    """)
    void what_is_wrong_is_told_with_its_place(String body, String error) {
        assertThat(wrong(body)).isEqualTo(error);
    }

    @ParameterizedTest
    @ValueSource(strings = {"c3 28", "c0 80", "ed a0 80", "f8 88 80 80 80", "ff", "c3"})
    void what_is_not_utf8_is_refused(String hex) {
        var body = new ByteArrayOutputStream();
        body.writeBytes("{\"a\": \"".getBytes(UTF_8));
        body.writeBytes(HexFormat.ofDelimiter(" ").parseHex(hex));
        body.writeBytes("\"}".getBytes(UTF_8));
        assertThat(wrong(body.toByteArray())).isEqualTo("body: malformed");
    }

    @Test
    void a_byte_order_mark_is_refused() {
        assertThat(wrong("\ufeff{}")).isEqualTo("body: malformed");
    }

    @Test
    void thirty_two_levels_are_read_and_no_more() {
        assertThat(JsonReader.object(nested(32))).isNotNull();
        assertThat(wrong(nested(33))).endsWith(": malformed");
        assertThat(wrong(nested(100_000))).endsWith(": malformed");
    }

    @Test
    void a_string_has_its_limit() {
        assertThat(JsonReader.object(
                        "{\"a\": \"%s\"}".formatted("x".repeat(8192)).getBytes(UTF_8)))
                .isNotNull();
        assertThat(wrong("{\"a\": \"%s\"}".formatted("x".repeat(8193)))).isEqualTo("a: too_long");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\": \"4111 1111 1111 1111\"}",
                "{\"a\": 4111111111111111}",
                "{\"a\": [{\"b\": \"pay 4111-1111-1111-1111 now\"}]}",
                "{\"4111111111111111\": 1}",
                "{\"a\": \"4111111111111111\", \"a\": 1}",
                "{\"a\": \"4111111111111111\", "
            })
    void a_card_number_is_refused_wherever_it_is_and_never_repeated(String body) {
        var refusal = refusalOf(() -> JsonReader.object(body.getBytes(UTF_8)));
        assertThat(refusal.problem()).isEqualTo(Problem.CARD_DATA_NOT_ACCEPTED);
        assertThat(new String(new Answers().refused(refusal).body(), UTF_8)).doesNotContain("4111");
    }

    @Test
    void what_names_things_of_the_shop_may_look_like_a_card_number() {
        assertThat(JsonReader.object("""
                {"sku": "4111111111111111", "cart_id": "4111111111111111",
                 "tracking_number": "4111111111111111"}""".getBytes(UTF_8))).isNotNull();
    }

    private static String wrong(String body) {
        return wrong(body.getBytes(UTF_8));
    }

    private static String wrong(byte[] body) {
        var error = refusalOf(() -> JsonReader.object(body)).errors().getFirst();
        return error.field() + ": " + error.code();
    }

    private static byte[] nested(int levels) {
        return ("{\"a\":".repeat(levels - 1) + "{}" + "}".repeat(levels - 1)).getBytes(UTF_8);
    }
}
