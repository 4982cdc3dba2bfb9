package holdfast.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is taken for a card number, and what is not.
final class CardNumbersTest {

    private static final int MILLION = 1_000_000;

    /// The numbers that card brands and payment providers publish for tests.
    static Stream<String> testCards() {
        return """
                4242424242424242 4012888888881881 4111111111111111 4000056655665556 4222222222222 4000000000000000006
                5555555555554444 5105105105105100 5200828282828210 2223003122003222 2720992593319364
                378282246310005 371449635398431 378734493671000
                6011111111111117 6011000990139424 6011981111111113 6500000000000002 6445644564456445
                30569309025904 38520000023237 36227206271667
                3566002020360505 3530111333300000
                6200000000000005 6205500000000000004 6200000000000047
                6759649826438453 6771798021000008 6304000000000000 5018000000000009
                """.lines().flatMap(line -> Stream.of(line.split(" ")));
    }

    @ParameterizedTest
    @MethodSource("testCards")
    void the_test_cards_of_every_brand_are_found(String card) {
        assertThat(CardNumbers.appearsIn(card)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("testCards")
    void they_are_found_however_they_are_spelled(String card) {
        assertThat(spellings(card)).allMatch(CardNumbers::appearsIn);
    }

    @ParameterizedTest
    @MethodSource("testCards")
    void one_wrong_digit_makes_it_no_card(String card) {
        int last = card.charAt(card.length() - 1) - '0';
        assertThat(CardNumbers.appearsIn(card.substring(0, card.length() - 1) + (last + 1) % 10))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1234567890123456",
                "4111 1111 1111 1112",
                "A4111111111111111",
                "4111111111111111Z",
                "94111111111111111112",
                "4111  1111  1111  1111",
                "411111111111111",
                "1111 4111 1111",
                "hf_sk_4111111111111111x",
                "+49 1512 3456788",
                "4006381333931",
                "4-006381-333931",
                "9100000000000000",
                "2026-11-22 18:46:04.123456",
                "4242.4242.4242.4242",
            })
    void other_numbers_are_none(String text) {
        assertThat(CardNumbers.appearsIn(text)).isFalse();
    }

    @Test
    void a_million_uuids_pass() {
        assertThat(found(MILLION, CardNumbersTest::uuid)).isZero();
    }

    @Test
    void a_million_uuids_of_ours_pass() {
        assertThat(found(MILLION, () -> Ids.next().toString())).isZero();
    }

    @Test
    void a_million_keys_pass() {
        assertThat(found(MILLION, CardNumbersTest::key)).isZero();
    }

    @Test
    void a_million_eans_pass() {
        assertThat(found(MILLION, CardNumbersTest::ean)).isZero();
    }

    @Test
    void plain_text_hardly_ever_passes_for_a_card() {
        int texts = 100_000;
        int sentences = found(texts, CardNumbersTest::sentence);
        int numbers = found(texts, () -> digits(16));
        System.out.printf(
                "Taken for card numbers: %d of %,d sentences with numbers in them,"
                        + " %.1f %% of random numbers of 16 digits%n",
                sentences, texts, numbers * 100.0 / texts);
        assertThat(sentences).isLessThan(texts / 1_000);
        assertThat(numbers).isLessThan(texts * 3 / 100);
    }

    private static Stream<String> spellings(String card) {
        String inFours = card.replaceAll("(\\d{4})(?=\\d)", "$1 ");
        return Stream.of(
                inFours,
                inFours.replace(' ', '-'),
                inFours.replace(' ', '\u00a0'),
                inFours.replace(' ', '\u2013'),
                card.replaceAll("(\\d)(?=\\d)", "$1-"),
                "Card:" + card + ".",
                "my card is " + inFours + ", thank you",
                "12 " + inFours,
                inFours + " 12/29 123",
                inFours + "\n" + "next line",
                "\"" + card + "\"",
                "(" + card + ")",
                "€" + card,
                fullWidth(card));
    }

    private static String fullWidth(String digits) {
        return digits.chars()
                .map(digit -> digit - '0' + '\uff10')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static int found(int count, Supplier<String> texts) {
        return (int) IntStream.range(0, count)
                .filter(_ -> CardNumbers.appearsIn(texts.get()))
                .count();
    }

    // Seeded: the same million every time.
    private static final SplittableRandom RANDOM = new SplittableRandom(20261122);
    private static final Random BYTES = new Random(20261122);

    private static String uuid() {
        return new UUID(RANDOM.nextLong(), RANDOM.nextLong()).toString();
    }

    private static String key() {
        byte[] key = new byte[32];
        BYTES.nextBytes(key);
        return "hf_sk_" + Base64.getUrlEncoder().withoutPadding().encodeToString(key);
    }

    private static String digits(int count) {
        var digits = new StringBuilder();
        while (digits.length() < count) digits.append(RANDOM.nextInt(10));
        return digits.toString();
    }

    private static String ean() {
        String body = digits(12);
        int sum = IntStream.range(0, 12)
                .map(i -> (body.charAt(i) - '0') * (i % 2 == 0 ? 1 : 3))
                .sum();
        return body + (10 - sum % 10) % 10;
    }

    private static String sentence() {
        return "Order " + RANDOM.nextInt(MILLION) + " of 2026-11-" + RANDOM.nextInt(10, 30) + ", call 020 7946 0"
                + RANDOM.nextInt(100, 999) + " after " + RANDOM.nextInt(10, 20) + " for " + RANDOM.nextInt(1, 40)
                + " pieces at " + RANDOM.nextInt(100) + "." + RANDOM.nextInt(10, 99);
    }
}
