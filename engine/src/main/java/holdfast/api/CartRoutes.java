package holdfast.api;

import static holdfast.api.Permission.KEY;
import static holdfast.api.Permission.OWNER;
import static holdfast.api.Route.delete;
import static holdfast.api.Route.get;
import static holdfast.api.Route.post;
import static holdfast.api.Route.put;
import static holdfast.api.Shapes.CURRENCY;
import static holdfast.api.Shapes.ID;
import static holdfast.api.Shapes.QUANTITY;
import static holdfast.api.Shapes.SKU;
import static holdfast.api.Shapes.list;
import static holdfast.api.Shapes.smallInteger;

import holdfast.access.ClientSecret;
import holdfast.cart.Cart;
import holdfast.cart.Carts;
import holdfast.catalog.Wanted;
import holdfast.idempotency.Answer;
import holdfast.kernel.CartId;
import holdfast.kernel.Quantity;
import holdfast.kernel.Sku;
import java.util.Currency;
import java.util.List;

/// Carts.
final class CartRoutes {

    private static final Shape<List<Wanted>> ITEMS = list(
            0,
            Cart.ITEMS_MAX,
            Fields.object(item -> new Wanted(item.required("sku", SKU), item.required("quantity", QUANTITY))));

    private final Carts carts;

    CartRoutes(Carts carts) {
        this.carts = carts;
    }

    List<Route> routes() {
        return List.of(
                post("/v1/carts", KEY, this::open).beginning(),
                get("/v1/carts/{id}", OWNER, this::show),
                post("/v1/carts/{id}/items", OWNER, this::add),
                put("/v1/carts/{id}/items/{sku}", OWNER, this::set),
                delete("/v1/carts/{id}/items/{sku}", OWNER, this::remove));
    }

    private Answer open(Call call) {
        record Opening(Currency currency, List<Wanted> items) {}
        var opening = call.body(
                body -> new Opening(body.required("currency", CURRENCY), body.optional("items", ITEMS, List.of())));
        ClientSecret secret = call.newSecret();
        Answer opened = call.write(tx -> Answers.created(
                carts.open(tx, CartId.next(), opening.currency, secret.sha256(), opening.items), Render::cart));
        return Answers.telling(secret, opened);
    }

    private Answer show(Call call) {
        var id = new CartId(call.id());
        demandOwner(call, id);
        return call.read(tx -> carts.find(tx, id).map(CartRoutes::answer).orElseThrow(Answers::notFound));
    }

    private Answer add(Call call) {
        record Item(Sku sku, Quantity quantity) {}
        var id = new CartId(call.id());
        var item = call.body(body -> new Item(body.required("sku", SKU), body.required("quantity", QUANTITY)));
        demandOwner(call, id);
        return call.write(tx -> answer(carts.add(tx, id, item.sku, item.quantity)));
    }

    private Answer set(Call call) {
        var item = call.path(ItemPath::new);
        int quantity = call.body(body -> body.required("quantity", smallInteger(0, Quantity.PIECES_MAX)));
        demandOwner(call, item.cart);
        return call.write(tx -> answer(carts.set(tx, item.cart, item.sku, quantity)));
    }

    private Answer remove(Call call) {
        var item = call.path(ItemPath::new);
        demandOwner(call, item.cart);
        return call.write(tx -> answer(carts.remove(tx, item.cart, item.sku)));
    }

    private record ItemPath(CartId cart, Sku sku) {
        ItemPath(Fields path) {
            this(new CartId(path.required("id", ID)), path.required("sku", SKU));
        }
    }

    private void demandOwner(Call call, CartId id) {
        call.demandOwner((tx, secret) -> carts.belongsTo(tx, id, secret));
    }

    private static Answer answer(Cart cart) {
        return Answers.ok(cart, Render::cart);
    }
}
