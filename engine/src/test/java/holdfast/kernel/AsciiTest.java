package holdfast.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The shapes of codes are what the regular expressions beside them say, character by character.
class AsciiTest {

    static Stream<Arguments> shapes() {
        return Stream.of(
                shape("[A-Za-z0-9._~:-]{1,64}", Sku::isValid),
                shape("[A-Za-z0-9._~:-]{1,64}", Checks::isName),
                shape("[A-Za-z0-9._-]{1,32}", WarehouseCode::isValid),
                shape("[0-9A-Fa-f]{2,4}", text -> Ascii.HEX.spell(text, 2, 4)),
                shape("[0-9]{0,3}", text -> Ascii.DIGITS.spell(text, 0, 3)),
                shape("[A-Za-z0-9_-]{43}", text -> Ascii.BASE64_URL.spell(text, 43, 43)),
                shape("[^\\s@\\p{Cntrl}]{1,64}@[^\\s@\\p{Cntrl}]{1,253}", Email::isValid));
    }

    private static Arguments shape(String pattern, Predicate<String> shape) {
        return Arguments.of(Pattern.compile(pattern), shape);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void a_shape_is_what_its_pattern_says(Pattern pattern, Predicate<String> shape) {
        Stream<String> single = Stream.iterate(0, c -> c <= 0x300, c -> c + 1)
                .flatMap(c -> Stream.of("", "a", "a@", "@")
                        .flatMap(
                                before -> Stream.of("", "b", "@b").map(after -> before + (char) c.intValue() + after)));
        Stream<String> long_ = Stream.of(1, 2, 3, 4, 5, 31, 32, 33, 42, 43, 44, 63, 64, 65, 66, 188, 189, 190)
                .flatMap(length -> Stream.of(
                        "a".repeat(length),
                        "0".repeat(length),
                        "a".repeat(length) + "@b",
                        "\uD83D\uDE00".repeat(length) + "@b",
                        "a@" + "b".repeat(length),
                        "a".repeat(64) + "@" + "b".repeat(length)));
        Stream<String> odd = Stream.of("", "@", "@@", "a@b@c", " a@b", "a@b ", "a\n", "\n", "a@\uD83D");
        List<String> texts = Stream.of(single, long_, odd).flatMap(all -> all).toList();
        assertThat(texts)
                .allSatisfy(text -> assertThat(shape.test(text))
                        .as(text)
                        .isEqualTo(text.length() <= Email.LENGTH_MAX
                                && pattern.matcher(text).matches()));
    }
}
