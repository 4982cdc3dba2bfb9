package holdfast.payment;

import holdfast.kernel.Money;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a gateway says was given back of one payment, refund by refund.
public sealed interface GivenBack {

    /// All of them, those that failed among them.
    record Refunds(List<Refund> all) implements GivenBack {}

    /// The gateway could not be asked.
    record Unreachable(String detail) implements GivenBack {}

    /// A refund that was accepted. It may still come back, days later, from a bank that cannot place it.
    ///
    /// @param reference what the gateway calls it
    /// @param key under which we asked for it; null if somebody else did
    /// @param failure why it came back; null if it did not so far
    record Refund(
            String reference,
            @Nullable String key,
            Money amount,
            @Nullable String failure) {

        public boolean failed() {
            return failure != null;
        }
    }
}
