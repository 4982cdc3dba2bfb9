package holdfast.api;

import static holdfast.api.Permission.KEY_OR_CLIENT_SECRET;
import static holdfast.api.Permission.OWNER;
import static holdfast.api.Route.get;
import static holdfast.api.Route.patch;
import static holdfast.api.Route.post;
import static holdfast.api.Shapes.ADDRESS;
import static holdfast.api.Shapes.CURRENCY;
import static holdfast.api.Shapes.EMAIL;
import static holdfast.api.Shapes.ID;
import static holdfast.api.Shapes.MONEY;
import static holdfast.api.Shapes.NAME;
import static holdfast.api.Shapes.QUANTITY;
import static holdfast.api.Shapes.SKU;
import static holdfast.api.Shapes.TOKEN;
import static holdfast.api.Shapes.list;

import holdfast.access.ClientSecret;
import holdfast.api.Route.Takes;
import holdfast.cart.Carts;
import holdfast.catalog.DiscountCode;
import holdfast.catalog.Quotes;
import holdfast.catalog.Wanted;
import holdfast.checkout.Changes;
import holdfast.checkout.Checkout;
import holdfast.checkout.Checkouts;
import holdfast.checkout.CompleteRequest;
import holdfast.checkout.OpenRequest;
import holdfast.checkout.OpenRequest.Source;
import holdfast.checkout.PlaceOrder;
import holdfast.idempotency.Answer;
import holdfast.idempotency.KeyUse;
import holdfast.kernel.CartId;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Refusal;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Checkouts, up to the order.
final class CheckoutRoutes {

    private static final Shape<List<Wanted>> LINES = list(
            1,
            Quotes.LINES_MAX,
            Fields.object(line -> new Wanted(line.required("sku", SKU), line.required("quantity", QUANTITY))));

    private static final Shape<List<String>> DISCOUNT_CODES =
            list(0, Quotes.DISCOUNT_CODES_MAX, value -> DiscountCode.spelled(NAME.read(value)));

    private final Checkouts checkouts;
    private final PlaceOrder placeOrder;
    private final Carts carts;

    CheckoutRoutes(Checkouts checkouts, PlaceOrder placeOrder, Carts carts) {
        this.checkouts = checkouts;
        this.placeOrder = placeOrder;
        this.carts = carts;
    }

    List<Route> routes() {
        return List.of(
                post("/v1/checkouts", KEY_OR_CLIENT_SECRET, this::open).beginning(),
                get("/v1/checkouts/{id}", OWNER, this::show),
                patch("/v1/checkouts/{id}", OWNER, this::change),
                post("/v1/checkouts/{id}/complete", OWNER, this::complete).key(KeyRule.REQUIRED_FOR_MONEY),
                post("/v1/checkouts/{id}/cancel", OWNER, this::cancel).takes(Takes.NOTHING));
    }

    private Answer open(Call call) {
        var request = call.body(body -> new OpenRequest(
                source(body),
                body.optional("email", EMAIL),
                body.optional("shipping_address", ADDRESS),
                body.optional("shipping_option", NAME),
                body.optional("discount_codes", DISCOUNT_CODES, List.of())));
        demandSource(call, request.source());
        ClientSecret secret = call.newSecret();
        CheckoutId id = CheckoutId.next();
        Answer answer = call.guard()
                .open(
                        id.value(),
                        () -> call.guard()
                                .tryCodes(
                                        request.discountCodes(),
                                        () -> checkouts.open(
                                                id,
                                                request,
                                                secret.sha256(),
                                                Optional.ofNullable(call.keyUse()),
                                                opened -> Answers.created(opened, Render::checkout))));
        return Answers.telling(secret, answer);
    }

    private static Source source(Fields body) {
        UUID cart = body.optional("cart_id", ID);
        List<Wanted> lines = body.optional("line_items", LINES);
        body.exactlyOne("cart_id", "line_items");
        if (cart != null) {
            body.exclude("currency", "cart_id");
            return new Source.FromCart(new CartId(cart));
        }
        Currency currency = body.required("currency", CURRENCY);
        return new Source.Lines(currency, lines == null ? List.of() : lines);
    }

    private void demandSource(Call call, Source source) {
        switch (source) {
            case Source.FromCart(CartId cart) -> {
                if (!call.isOwner((tx, secret) -> carts.belongsTo(tx, cart, secret))) {
                    throw Refusal.invalid("cart_id", "unknown", "There is no such cart, or it is not yours");
                }
            }
            case Source.Lines _ -> {
                if (!call.hasKey()) throw Permission.unauthorized(Permission.KEY_WANTED);
            }
        }
    }

    private Answer show(Call call) {
        CheckoutId id = owned(call);
        return call.read(
                tx -> checkouts.find(tx, id).map(CheckoutRoutes::answer).orElseThrow(Answers::notFound));
    }

    private Answer change(Call call) {
        var changes = call.body(body -> {
            body.demandSome();
            return new Changes(
                    body.optional("email", EMAIL),
                    body.optional("shipping_address", ADDRESS),
                    body.optional("shipping_option", NAME),
                    body.optional("discount_codes", DISCOUNT_CODES),
                    body.optional("line_items", LINES));
        });
        CheckoutId id = owned(call);
        return call.guard()
                .tryCodes(changes.discountCodes(), () -> call.write(tx -> answer(checkouts.change(tx, id, changes))));
    }

    private Answer complete(Call call) {
        record Payment(String token, @Nullable String gateway) {}
        var id = new CheckoutId(call.id());
        var request = call.body(body -> {
            Payment payment = body.optional(
                    "payment",
                    Fields.object(by -> new Payment(by.required("token", TOKEN), by.optional("gateway", NAME))));
            return new CompleteRequest(
                    id,
                    payment == null ? null : payment.token,
                    payment == null ? null : payment.gateway,
                    body.required("expected_total", MONEY));
        });
        owned(call);
        KeyUse key = call.requiredKeyUse();
        return call.guard().pay(id.value(), key.id().toString(), () -> placeOrder.complete(request, key));
    }

    private Answer cancel(Call call) {
        CheckoutId id = owned(call);
        Answer answer = checkouts.cancel(id, Optional.ofNullable(call.keyUse()), CheckoutRoutes::answer);
        call.guard().canceled(id.value());
        return answer;
    }

    private CheckoutId owned(Call call) {
        var id = new CheckoutId(call.id());
        call.demandOwner((tx, secret) -> checkouts.belongsTo(tx, id, secret));
        return id;
    }

    private static Answer answer(Checkout checkout) {
        return Answers.ok(checkout, Render::checkout);
    }
}
