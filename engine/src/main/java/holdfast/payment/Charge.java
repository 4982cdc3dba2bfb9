package holdfast.payment;

import holdfast.kernel.CheckoutId;
import holdfast.kernel.Money;
import holdfast.kernel.PaymentId;

/// What a gateway is asked to set aside. Written before it is sent, and sent exactly as written.
///
/// @param token stands for the card or wallet; made by the provider, never a card number
public record Charge(PaymentId payment, CheckoutId checkout, Money amount, String token) {}
