package holdfast.psp;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a shopper can pay with here. The token alone decides what happens, as with Stripe's test cards.
public enum TestCard {
    VISA("pm_card_visa", "visa", "4242", Fate.APPROVED),
    MASTERCARD("pm_card_mastercard", "mastercard", "4444", Fate.APPROVED),
    AMEX("pm_card_amex", "amex", "8431", Fate.APPROVED),
    VISA_TOKEN("tok_visa", "visa", "4242", Fate.APPROVED),
    MASTERCARD_TOKEN("tok_mastercard", "mastercard", "4444", Fate.APPROVED),
    AMEX_TOKEN("tok_amex", "amex", "8431", Fate.APPROVED),
    APPLE_PAY("pm_card_visa_applepay", "visa", "4242", Fate.APPROVED),
    GOOGLE_PAY("pm_card_visa_googlepay", "visa", "4242", Fate.APPROVED),
    APPLE_PAY_TOKEN("tok_applepay", "visa", "4242", Fate.APPROVED),
    GOOGLE_PAY_TOKEN("tok_googlepay", "visa", "4242", Fate.APPROVED),
    DECLINED("pm_card_chargeDeclined", "visa", "0002", "generic_decline"),
    INSUFFICIENT_FUNDS("pm_card_chargeDeclinedInsufficientFunds", "visa", "9995", "insufficient_funds"),
    EXPIRED_CARD("pm_card_chargeDeclinedExpiredCard", "visa", "0069", "expired_card"),
    THREE_D_SECURE("pm_card_threeDSecureRequired", "visa", "3220", Fate.CHALLENGED),
    AUTHENTICATION_REQUIRED("pm_card_authenticationRequired", "visa", "3184", Fate.CHALLENGED),
    ANSWER_LOST_AFTER_CHARGE("pm_card_answerLostAfterCharge", "visa", "4242", Fate.APPROVED_UNHEARD),
    ANSWER_LOST_BEFORE_CHARGE("pm_card_answerLostBeforeCharge", "visa", "4242", Fate.UNHEARD_AT_FIRST);

    /// What becomes of an attempt to pay.
    enum Fate {
        APPROVED,
        DECLINED,
        CHALLENGED,
        /// Charged, but the answer to the first request under a key gets lost.
        APPROVED_UNHEARD,
        /// The first request under a key gets lost; when it is repeated it is approved.
        UNHEARD_AT_FIRST
    }

    private static final Map<String, TestCard> BY_TOKEN =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(TestCard::token, Function.identity()));

    private final String token;
    private final String brand;
    private final String last4;
    private final Fate fate;
    private final @Nullable String declineCode;

    TestCard(String token, String brand, String last4, Fate fate) {
        this(token, brand, last4, fate, null);
    }

    TestCard(String token, String brand, String last4, String declineCode) {
        this(token, brand, last4, Fate.DECLINED, declineCode);
    }

    TestCard(String token, String brand, String last4, Fate fate, @Nullable String declineCode) {
        this.token = token;
        this.brand = brand;
        this.last4 = last4;
        this.fate = fate;
        this.declineCode = declineCode;
    }

    public static Optional<TestCard> of(String token) {
        return Optional.ofNullable(BY_TOKEN.get(token));
    }

    public String token() {
        return token;
    }

    public String brand() {
        return brand;
    }

    public String last4() {
        return last4;
    }

    /// Why it is always declined, if it is.
    public Optional<String> declineCode() {
        return Optional.ofNullable(declineCode);
    }

    Fate fate() {
        return fate;
    }
}
