package holdfast.psp;

import holdfast.kernel.Money;

/// What the provider is asked to do; two requests are the same if they are equal.
sealed interface Request {

    String reference();

    record Authorize(String reference, Money amount, String token) implements Request {}

    record Capture(String reference, Money amount) implements Request {}

    record Cancel(String reference) implements Request {}

    record Refund(String reference, Money amount) implements Request {}
}
