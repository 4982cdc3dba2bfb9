package holdfast.psp;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Cards on their way in. A number is looked at here and only here; what goes on is which test card it was.
final class Wallet {

    private static final int YEAR_CENTURY = 100;
    private static final int YEARS_AHEAD_MAX = 50;
    private static final int MONTHS = 12;
    private static final int AMEX_CVC_DIGITS = 4;
    private static final int CVC_DIGITS = 3;

    private Wallet() {}

    /// A card as it was typed in.
    record Card(
            String number,
            @Nullable String expMonth,
            @Nullable String expYear,
            @Nullable String cvc) {}

    /// A card that could be one.
    record Checked(TestCard card, int expMonth, int expYear) {}

    static Verdict createMethod(Checked card, Map<String, String> metadata) {
        return Verdict.of(
                new Fact.MethodCreated(Names.next("pm_"), card.card(), card.expMonth(), card.expYear(), metadata));
    }

    static Verdict createToken(Checked card) {
        return Verdict.of(new Fact.TokenCreated(Names.next("tok_"), card.card(), card.expMonth(), card.expYear()));
    }

    /// A payment method made of a token, by the facts that are added to `facts`.
    static PaymentMethod cash(Books books, String token, Map<String, String> metadata, List<Fact> facts) {
        PaymentMethod known = books.method(token).orElse(null);
        if (known == null || !token.startsWith("tok_")) {
            boolean used = books.isUsed(token);
            throw new Refused(
                    used
                            ? StripeError.invalid("token_already_used", "card[token]", """
                            You cannot use a Stripe token more than once: %s.""".formatted(token))
                            : StripeError.noSuchParam("token", "card[token]", token));
        }
        var method =
                new Fact.MethodCreated(Names.next("pm_"), known.card(), known.expMonth(), known.expYear(), metadata);
        if (!known.equals(known.card().method())) facts.add(new Fact.TokenUsed(token)); // those of ours are for ever
        facts.add(method);
        return new PaymentMethod(
                method.method(), known.card(), known.expMonth(), known.expYear(), metadata, known.createdAt());
    }

    /// @param today in the time zone of the provider
    static Checked check(Card card, LocalDate today) {
        String digits = card.number().replaceAll("[ -]", "");
        TestCard known = TestCard.numbered(digits).orElse(null);
        if (known == null) throw new Refused(unknown(digits));
        int month = number(card.expMonth(), "exp_month", "month");
        int year = number(card.expYear(), "exp_year", "year");
        if (year < YEAR_CENTURY) year += today.getYear() / YEAR_CENTURY * YEAR_CENTURY;
        if (month < 1 || month > MONTHS) throw new Refused(invalid("exp_month", "month"));
        if (year > today.getYear() + YEARS_AHEAD_MAX
                || LocalDate.of(year, month, 1).plusMonths(1).isBefore(today)) {
            throw new Refused(invalid("exp_year", "year"));
        }
        if (card.cvc() != null && !isCvc(card.cvc(), known)) {
            throw new Refused(cardError("invalid_cvc", "cvc", "Your card's security code is invalid."));
        }
        return new Checked(known, month, year);
    }

    static LocalDate today() {
        return LocalDate.now(ZoneOffset.UTC);
    }

    private static boolean isCvc(String cvc, TestCard card) {
        int length = card.brand().equals("amex") ? AMEX_CVC_DIGITS : CVC_DIGITS;
        return cvc.length() == length && cvc.chars().allMatch(Wallet::isDigit);
    }

    private static StripeError unknown(String digits) {
        if (digits.length() < 12 || !digits.chars().allMatch(Wallet::isDigit) || !passesLuhn(digits)) {
            return cardError("incorrect_number", "number", "Your card number is incorrect.");
        }
        return cardError("card_declined", "number", """
                Your card was declined. Your request was in test mode, but used a non test card. For a list of valid \
                test cards, visit: https://stripe.com/docs/testing.""");
    }

    private static boolean passesLuhn(String digits) {
        int sum = 0;
        for (int fromEnd = 0; fromEnd < digits.length(); fromEnd++) {
            int digit = digits.charAt(digits.length() - 1 - fromEnd) - '0';
            int weighed = fromEnd % 2 == 0 ? digit : 2 * digit;
            sum += weighed > 9 ? weighed - 9 : weighed;
        }
        return sum % 10 == 0;
    }

    private static int number(@Nullable String text, String param, String what) {
        return Optional.ofNullable(text)
                .filter(it -> it.length() <= 4 && !it.isEmpty() && it.chars().allMatch(Wallet::isDigit))
                .map(Integer::parseInt)
                .orElseThrow(() -> new Refused(invalid(param, what)));
    }

    private static boolean isDigit(int c) {
        return '0' <= c && c <= '9';
    }

    private static StripeError invalid(String param, String what) {
        return cardError("invalid_expiry_" + what, param, "Your card's expiration " + what + " is invalid.");
    }

    private static StripeError cardError(String code, String param, String message) {
        return new StripeError(402, "card_error", code, param, message, null);
    }
}
