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
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;

import holdfast.access.ClientSecret;
import holdfast.admission.WaitingRoom;
import holdfast.api.Route.Takes;
import holdfast.cart.Cart;
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
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import holdfast.trace.Span;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    private final WaitingRoom room;

    CheckoutRoutes(Checkouts checkouts, PlaceOrder placeOrder, Carts carts, WaitingRoom room) {
        this.checkouts = checkouts;
        this.placeOrder = placeOrder;
        this.carts = carts;
        this.room = room;
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
        Set<Sku> queued = demandTurn(call, request.source());
        ClientSecret secret = call.newSecret();
        CheckoutId id = Span.nextCheckout();
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
        if (answer.status() == 201 && !answer.replayed() && !queued.isEmpty()) {
            room.opened(queued, requireNonNull(call.secretSha256()), id);
        }
        return Answers.telling(secret, answer);
    }

    /// Of what is sold to those who wait for it, only whoever's turn it is can have any; returns what of it
    /// they want.
    private Set<Sku> demandTurn(Call call, Source source) {
        if (room.isEmpty() || call.isMerchants()) return Set.of();
        Set<Sku> skus = switch (source) {
            case Source.FromCart(CartId id) ->
                call.find(tx -> carts.find(tx, id)).stream()
                        .flatMap(cart -> cart.items().stream())
                        .map(Cart.Item::sku)
                        .collect(toSet());
            case Source.Lines(Currency _, List<Wanted> lines) ->
                lines.stream().map(Wanted::sku).collect(toSet());
        };
        return demandTurn(call, skus);
    }

    private Set<Sku> demandTurn(Call call, Set<Sku> skus) {
        Set<Sku> queued =
                skus.stream().filter(sku -> room.sale(sku).isPresent()).collect(toSet());
        if (room.mayBuy(queued, call.secretSha256())) return queued;
        throw Problem.OUT_OF_STOCK
                .refuse("It is sold to those who wait for it, and it is not your turn")
                .with(
                        "available",
                        queued.stream()
                                .sorted()
                                .map(sku -> Map.<String, Object>of("sku", sku.code(), "available", 0L))
                                .toList());
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
        if (changes.lines() != null) demandTurn(call, id, changes.lines());
        return call.guard()
                .tryCodes(changes.discountCodes(), () -> call.write(tx -> answer(checkouts.change(tx, id, changes))));
    }

    /// What the checkout has already is theirs.
    private void demandTurn(Call call, CheckoutId id, List<Wanted> lines) {
        if (room.isEmpty() || call.isMerchants()) return;
        Set<Sku> added = lines.stream().map(Wanted::sku).collect(toSet());
        call.find(tx -> checkouts.find(tx, id))
                .ifPresent(checkout -> checkout.lines().forEach(line -> added.remove(line.sku())));
        demandTurn(call, added);
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
