package holdfast.checkout;

import holdfast.kernel.CheckoutId;
import holdfast.kernel.Money;
import holdfast.kernel.OrderId;
import holdfast.kernel.PaymentId;
import holdfast.payment.WorkList;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The way of one payment from the checkout to the order and on to its money, for those who look after it.
///
/// @param id the payment's
/// @param reference what the gateway calls the payment; null until it was named
/// @param state of the payment: `unknown`, `authorized`
/// @param tries how often it was looked at in vain since it last got on
/// @param nextLookAt when it is looked at next; null: there is nothing to do
/// @param stuck why a person has to look at it; empty for nearly all
public record Saga(
        PaymentId id,
        CheckoutId checkout,
        @Nullable OrderId order,
        String gateway,
        @Nullable String reference,
        String state,
        Money amount,
        int tries,
        Instant beganAt,
        @Nullable Instant nextLookAt,
        List<WorkList.Item> stuck) {}
