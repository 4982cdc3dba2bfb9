package holdfast.storefront;

import static java.util.stream.Collectors.joining;

import holdfast.kernel.FieldError;
import holdfast.kernel.Sku;
import java.util.Map;
import java.util.function.Function;

/// How the shop says no: what happened, that nothing was charged where nothing was, and what can be done.
final class Words {

    private Words() {}

    /// @param code why, as the provider puts it
    static String declined(String code) {
        String why = switch (code) {
            case "insufficient_funds" -> "Your bank says that there is not enough money on this card.";
            case "expired_card" -> "This card has expired.";
            case "incorrect_cvc" -> "The security code is not the one of this card.";
            case "incorrect_number" -> "There is no card with this number.";
            case "lost_card", "stolen_card", "pickup_card", "fraudulent" -> "Your bank does not take this card.";
            case "card_velocity_exceeded" -> "This card has been used too often today.";
            case "processing_error" -> "Your bank could not deal with the payment just now.";
            case "authentication_required" -> "Your bank wants to be asked first.";
            case "authentication_failed", "payment_intent_authentication_failure" ->
                "The check with your bank was not passed.";
            default -> "Your bank has declined the payment, and does not say why.";
        };
        return why + " Nothing was charged, and everything is still held for you: try again, or take another card.";
    }

    static String soldOut(Map<Sku, Long> available, Function<Sku, String> title) {
        return "Somebody was faster. "
                + available.entrySet().stream()
                        .map(each -> each.getValue() == 0
                                ? "“" + title.apply(each.getKey()) + "” is sold out."
                                : "Of “" + title.apply(each.getKey()) + "” only " + Show.pieces(each.getValue())
                                        + (each.getValue() == 1 ? " is left." : " are left."))
                        .collect(joining(" "))
                + " Nothing was charged.";
    }

    static String limited(Map<Sku, Long> left, Function<Sku, String> title) {
        return left.entrySet().stream()
                .map(each -> each.getValue() == 0
                        ? "You have all of “" + title.apply(each.getKey()) + "” that one customer can have."
                        : "Of “" + title.apply(each.getKey()) + "” you can have " + Show.pieces(each.getValue())
                                + " more.")
                .collect(joining(" "));
    }

    /// What is wrong with a discount code.
    static String code(FieldError error) {
        return switch (error.code()) {
            case "unknown" -> "We do not know this code.";
            case "not_active" -> "This code does not count right now.";
            case "used_up" -> "This code has been used as often as it can be.";
            case "duplicate" -> "This code counts already.";
            case "other_currency" -> "This code is for another currency.";
            case "too_many" -> "That is one code too many.";
            default -> "This code cannot be used.";
        };
    }
}
