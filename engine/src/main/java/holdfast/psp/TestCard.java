package holdfast.psp;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a shopper can pay with here: the test cards and test tokens that Stripe documents, and two of ours for
/// answers that get lost. The card alone decides what happens.
public enum TestCard {
    VISA("pm_card_visa", "visa", "4242424242424242", Fate.APPROVED),
    VISA_DEBIT("pm_card_visa_debit", "visa", "4000056655665556", Fate.APPROVED),
    MASTERCARD("pm_card_mastercard", "mastercard", "5555555555554444", Fate.APPROVED),
    MASTERCARD_DEBIT("pm_card_mastercard_debit", "mastercard", "5200828282828210", Fate.APPROVED),
    MASTERCARD_PREPAID("pm_card_mastercard_prepaid", "mastercard", "5105105105105100", Fate.APPROVED),
    AMEX("pm_card_amex", "amex", "371449635398431", Fate.APPROVED),
    DISCOVER("pm_card_discover", "discover", "6011111111111117", Fate.APPROVED),
    DINERS("pm_card_diners", "diners", "3056930009020004", Fate.APPROVED),
    JCB("pm_card_jcb", "jcb", "3566002020360505", Fate.APPROVED),
    UNIONPAY("pm_card_unionpay", "unionpay", "6200000000000005", Fate.APPROVED),
    VISA_TOKEN("tok_visa", VISA),
    MASTERCARD_TOKEN("tok_mastercard", MASTERCARD),
    AMEX_TOKEN("tok_amex", AMEX),
    APPLE_PAY("pm_card_visa_applepay", VISA, "apple_pay"),
    GOOGLE_PAY("pm_card_visa_googlepay", VISA, "google_pay"),
    APPLE_PAY_TOKEN("tok_applepay", VISA, "apple_pay"),
    GOOGLE_PAY_TOKEN("tok_googlepay", VISA, "google_pay"),

    DECLINED("pm_card_chargeDeclined", "visa", "4000000000000002", "generic_decline"),
    VISA_DECLINED("pm_card_visa_chargeDeclined", DECLINED),
    INSUFFICIENT_FUNDS("pm_card_chargeDeclinedInsufficientFunds", "visa", "4000000000009995", "insufficient_funds"),
    VISA_INSUFFICIENT_FUNDS("pm_card_visa_chargeDeclinedInsufficientFunds", INSUFFICIENT_FUNDS),
    LOST_CARD("pm_card_chargeDeclinedLostCard", "visa", "4000000000009987", "lost_card"),
    VISA_LOST_CARD("pm_card_visa_chargeDeclinedLostCard", LOST_CARD),
    STOLEN_CARD("pm_card_chargeDeclinedStolenCard", "visa", "4000000000009979", "stolen_card"),
    VISA_STOLEN_CARD("pm_card_visa_chargeDeclinedStolenCard", STOLEN_CARD),
    EXPIRED_CARD("pm_card_chargeDeclinedExpiredCard", "visa", "4000000000000069", "expired_card"),
    INCORRECT_CVC("pm_card_chargeDeclinedIncorrectCvc", "visa", "4000000000000127", "incorrect_cvc"),
    PROCESSING_ERROR("pm_card_chargeDeclinedProcessingError", "visa", "4000000000000119", "processing_error"),
    VELOCITY_EXCEEDED(
            "pm_card_visa_chargeDeclinedVelocityLimitExceeded", "visa", "4000000000006975", "card_velocity_exceeded"),
    FRAUDULENT("pm_card_chargeDeclinedFraudulent", "visa", "4100000000000019", "fraudulent"),
    CUSTOMER_FAIL("pm_card_chargeCustomerFail", "visa", "4000000000000341", "generic_decline"),

    THREE_D_SECURE("pm_card_threeDSecureRequired", "visa", "4000000000003220", Fate.CHALLENGED),
    THREE_D_SECURE_2("pm_card_threeDSecure2Required", THREE_D_SECURE),
    AUTHENTICATION_REQUIRED("pm_card_authenticationRequired", "visa", "4000002760003184", Fate.CHALLENGED),
    THREE_D_SECURE_DECLINED(
            "pm_card_threeDSecureRequiredChargeDeclined",
            "visa",
            "4000008400001629",
            Fate.CHALLENGED,
            "generic_decline",
            null),
    AUTHENTICATED_INSUFFICIENT_FUNDS(
            "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
            "visa",
            "4000008260003178",
            Fate.CHALLENGED,
            "insufficient_funds",
            null),
    THREE_D_SECURE_OPTIONAL("pm_card_threeDSecureOptional", "visa", "4000000000003055", Fate.APPROVED),
    THREE_D_SECURE_NOT_SUPPORTED("pm_card_amex_threeDSecureNotSupported", "amex", "378282246310005", Fate.APPROVED),

    REFUND_FAILS("pm_card_refundFail", "visa", "4000000000005126", Fate.APPROVED),
    REFUND_PENDING("pm_card_pendingRefund", "visa", "4000000000007726", Fate.APPROVED),

    ANSWER_LOST_AFTER_CHARGE("pm_card_answerLostAfterCharge", VISA, Fate.APPROVED_UNHEARD),
    ANSWER_LOST_BEFORE_CHARGE("pm_card_answerLostBeforeCharge", VISA, Fate.UNHEARD_AT_FIRST);

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

    private static final int LAST = 4;
    private static final Map<String, TestCard> BY_TOKEN =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(TestCard::token, Function.identity()));
    private static final Map<String, TestCard> BY_NUMBER = Arrays.stream(values())
            .collect(Collectors.toMap(card -> card.number, Function.identity(), (first, _) -> first));

    private final String token;
    private final String brand;
    private final String number;
    private final Fate fate;
    private final @Nullable String declineCode;
    private final @Nullable String wallet;

    TestCard(String token, String brand, String number, Fate fate) {
        this(token, brand, number, fate, null, null);
    }

    TestCard(String token, String brand, String number, String declineCode) {
        this(token, brand, number, Fate.DECLINED, declineCode, null);
    }

    /// The same card, with an unlucky connection.
    TestCard(String token, TestCard same, Fate fate) {
        this(token, same.brand, same.number, fate, null, null);
    }

    /// Another name of the same card.
    TestCard(String token, TestCard same) {
        this(token, same.brand, same.number, same.fate, same.declineCode, null);
    }

    /// The same card, within a wallet.
    TestCard(String token, TestCard same, String wallet) {
        this(token, same.brand, same.number, same.fate, same.declineCode, wallet);
    }

    TestCard(
            String token,
            String brand,
            String number,
            Fate fate,
            @Nullable String declineCode,
            @Nullable String wallet) {
        this.token = token;
        this.brand = brand;
        this.number = number;
        this.fate = fate;
        this.declineCode = declineCode;
        this.wallet = wallet;
    }

    public static Optional<TestCard> of(String token) {
        return Optional.ofNullable(BY_TOKEN.get(token));
    }

    /// @param digits a card number without blanks
    static Optional<TestCard> numbered(String digits) {
        return Optional.ofNullable(BY_NUMBER.get(digits));
    }

    public String token() {
        return token;
    }

    public String brand() {
        return brand;
    }

    public String last4() {
        return number.substring(number.length() - LAST);
    }

    /// Why it is declined, if it is: at once, or after its challenge.
    public Optional<String> declineCode() {
        return Optional.ofNullable(declineCode);
    }

    Fate fate() {
        return fate;
    }

    /// The wallet that it lies in, if it does: `apple_pay`.
    @Nullable
    String wallet() {
        return wallet;
    }

    /// What stands behind its token, and has always been there.
    PaymentMethod method() {
        return PaymentMethod.of(this);
    }
}
