package holdfast.api;

import static holdfast.Refusals.refusalOf;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.kernel.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How an idempotency key is written.
class IdempotencyKeysTest {

    @Test
    void quoted_and_bare_are_the_same_key() {
        assertThat(parse("0123456789abcdef")).isEqualTo("0123456789abcdef");
        assertThat(parse("\"0123456789abcdef\"")).isEqualTo("0123456789abcdef");
        assertThat(parse("\"0123456789\\\"abc\\\\def\"")).isEqualTo("0123456789\"abc\\def");
    }

    @Test
    void it_has_sixteen_to_two_hundred_and_fifty_five_characters() {
        assertThat(parse("x".repeat(16))).hasSize(16);
        assertThat(parse("x".repeat(255))).hasSize(255);
        assertThat(parse("\"" + "\\\\".repeat(255) + "\"")).hasSize(255);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0123456789abcde",
                "\"0123456789abcde\"",
                "\"0123456789abcdef",
                "\"0123456789abcdef\";a=1",
                "\"0123456789\\abcdef\"",
                "0123456789abcdefé",
                "0123456789\tabcdef"
            })
    void anything_else_is_refused(String header) {
        assertThat(refusalOf(() -> parse(header)).problem()).isEqualTo(Problem.IDEMPOTENCY_KEY_INVALID);
    }

    @ParameterizedTest
    @ValueSource(ints = {256, 10_000})
    void a_key_that_is_too_long_is_refused(int length) {
        assertThat(refusalOf(() -> parse("x".repeat(length))).problem()).isEqualTo(Problem.IDEMPOTENCY_KEY_INVALID);
        assertThat(refusalOf(() -> parse("\"" + "x".repeat(length) + "\"")).problem())
                .isEqualTo(Problem.IDEMPOTENCY_KEY_INVALID);
    }

    @Test
    void two_of_them_are_refused() {
        assertThat(refusalOf(() -> IdempotencyKeys.parse(List.of("0123456789abcdef", "0123456789abcdef")))
                        .problem())
                .isEqualTo(Problem.IDEMPOTENCY_KEY_INVALID);
    }

    private static String parse(String header) {
        return IdempotencyKeys.parse(List.of(header));
    }
}
