package holdfast.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import holdfast.checkout.Checkout;
import holdfast.idempotency.Answer;
import holdfast.kernel.Address;
import holdfast.kernel.CardNumbers;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Email;
import holdfast.kernel.Money;
import holdfast.kernel.Quantity;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import holdfast.order.Order;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What a request and its answer cost between the network and the modules.
@State(Scope.Benchmark)
public class WirePieces {

    private static final Currency EUR = Currency.getInstance("EUR");
    private static final String COMPLETION =
            "{\"payment\":{\"token\":\"pm_card_visa\"},\"expected_total\":{\"amount\":2850,\"currency\":\"EUR\"}}";

    private final CheckoutId id = CheckoutId.next();
    private final byte[] completion = COMPLETION.getBytes(UTF_8);
    private final String path = "/v1/checkouts/" + id + "/complete";
    private final Checkout checkout = checkout();

    @Benchmark
    public Answer render_a_checkout() {
        return Answers.ok(checkout, Render::checkout);
    }

    @Benchmark
    public Object parse_a_completion() {
        record Completion(String token, Money total) {}
        return Fields.read(
                JsonReader.object(completion),
                body -> new Completion(
                        body.required("payment", Fields.object(by -> by.required("token", Shapes.TOKEN))),
                        body.required("expected_total", Shapes.MONEY)));
    }

    @Benchmark
    public byte[] fingerprint_a_completion() {
        return new Fingerprint("POST", path, "", completion).value();
    }

    @Benchmark
    public boolean look_for_a_card_number() {
        return CardNumbers.appearsIn("Call 030 1234 5678 before noon, house 12, order 2026-11-27/000123, thank you");
    }

    private Checkout checkout() {
        Money price = Money.of(1900, EUR);
        Money postage = Money.of(495, EUR);
        Money tax = Money.of(455, EUR);
        var shipping = new Checkout.Shipping("standard", "Standard", postage);
        var sku = Sku.of("SKU-0");
        return new Checkout(
                id,
                Checkout.Status.OPEN,
                null,
                EUR,
                Email.of("shopper@example.com"),
                new Address("Ada Lovelace", null, "12 Orchard Street", null, "Berlin", null, "10115", "DE", null),
                shipping,
                List.of(shipping),
                List.of(),
                List.of(new Checkout.Line(1, sku, "Mug number 0", Quantity.of(1), price, price)),
                new Order.Totals(
                        price,
                        Money.zero(EUR),
                        postage,
                        tax,
                        price.plus(postage).plus(tax)),
                new Checkout.Hold(
                        CheckoutId.next(),
                        "active",
                        Instant.EPOCH,
                        List.of(new Checkout.HeldLine(sku, WarehouseCode.of("main"), 1)),
                        "fewest-parcels: only main has any of it"),
                null,
                null,
                Instant.EPOCH,
                Instant.EPOCH);
    }
}
