package holdfast.psp;

import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A card that can be paid with. Of its number only the last four digits are known any more; which test card
/// it is decides what becomes of its payments.
///
/// @param id `pm_…`, or `tok_…` for one that can be used once, to make another
record PaymentMethod(
        String id, TestCard card, int expMonth, int expYear, Map<String, String> metadata, Instant createdAt) {

    private static final int EXP_MONTH = 12;
    private static final int EXP_YEAR = 2034;

    private static final Map<TestCard, PaymentMethod> KNOWN = Arrays.stream(TestCard.values())
            .collect(Collectors.toUnmodifiableMap(
                    Function.identity(),
                    card -> new PaymentMethod(card.token(), card, EXP_MONTH, EXP_YEAR, Map.of(), Instant.EPOCH)));

    /// The one that stands behind the name of a test card, and has always been there.
    static PaymentMethod of(TestCard card) {
        return Objects.requireNonNull(KNOWN.get(card));
    }
}
