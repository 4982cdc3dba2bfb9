package holdfast.checkout;

import holdfast.cart.Cart;
import holdfast.cart.Carts;
import holdfast.catalog.Offer;
import holdfast.catalog.Quote;
import holdfast.catalog.QuoteRequest;
import holdfast.catalog.Quotes;
import holdfast.catalog.Wanted;
import holdfast.checkout.PurchaseLimits.Purchase;
import holdfast.db.Database;
import holdfast.db.Pipeline;
import holdfast.db.Tx;
import holdfast.idempotency.Answer;
import holdfast.idempotency.Claim;
import holdfast.idempotency.Idempotency;
import holdfast.idempotency.KeyUse;
import holdfast.inventory.Hold;
import holdfast.inventory.HoldPlan;
import holdfast.inventory.HoldRequest;
import holdfast.inventory.Holds;
import holdfast.inventory.ShipTo;
import holdfast.kernel.Address;
import holdfast.kernel.CartId;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.CrashPoint;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import java.security.MessageDigest;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Opens checkouts, changes them as long as nobody pays, and cancels them.
public final class Checkouts {

    private static final int QUOTES_MAX = 3;

    private final Database database;
    private final Pipeline pipeline;
    private final Idempotency idempotency;
    private final Carts carts;
    private final Quotes quotes;
    private final PurchaseLimits limits;
    private final Holds holds;
    private final CheckoutReader reader;

    Checkouts(
            Database database,
            Pipeline pipeline,
            Idempotency idempotency,
            Carts carts,
            Quotes quotes,
            PurchaseLimits limits,
            Holds holds,
            CheckoutReader reader) {
        this.database = database;
        this.pipeline = pipeline;
        this.idempotency = idempotency;
        this.carts = carts;
        this.quotes = quotes;
        this.limits = limits;
        this.holds = holds;
        this.reader = reader;
    }

    /// Quotes what is asked for and holds its stock: all lines, or none.
    ///
    /// @param secretSha256 of the secret that gives a guest access
    /// @param render puts the opened checkout into words; the answer is stored under the key, if there is one
    /// @return the opened checkout, or a refusal that stands (`out_of_stock` with what is `available`,
    /// `purchase_limit` with what is `left` of it)
    /// @throws Refusal `invalid_request` with every bad field; then nothing is stored under the key
    public Answer open(
            CheckoutId id,
            OpenRequest request,
            byte[] secretSha256,
            Optional<KeyUse> key,
            Function<Checkout, Answer> render) {
        CrashPoint.K01.reached();
        Prepared prepared = recalled(id, request, secretSha256, key, render)
                .orElseGet(() -> database.inTransaction(tx -> prepare(tx, id, request, secretSha256, key, render)));
        for (int quotes = 1; quotes <= QUOTES_MAX; quotes++) {
            switch (prepared) {
                case Prepared.Over(Verdict verdict) -> {
                    return verdict.orThrow();
                }
                case Prepared.Ready(OpenCheckout command) -> {
                    Optional<Verdict> verdict = pipeline.submit(command);
                    CrashPoint.K07.reached();
                    if (verdict.isPresent()) return verdict.get().orThrow();
                }
            }
            prepared = database.inTransaction(tx -> prepare(tx, id, request, secretSha256, key, render));
        }
        throw Refusals.catalogInMotion();
    }

    /// Without asking the database, where the catalog of a moment ago will do: whether it does, and whether the
    /// key is new, is found out by the transaction that holds.
    private Optional<Prepared> recalled(
            CheckoutId id,
            OpenRequest request,
            byte[] secretSha256,
            Optional<KeyUse> key,
            Function<Checkout, Answer> render) {
        return request.source() instanceof OpenRequest.Source.Lines(Currency currency, List<Wanted> lines)
                ? quotes.recall(quoteRequest(currency, lines, request))
                        .map(offer -> ready(id, null, request, offer, secretSha256, key, render))
                : Optional.empty();
    }

    /// Quotes outside of the transaction that holds: a quote locks nothing, and knows the catalog's revision.
    private Prepared prepare(
            Tx tx,
            CheckoutId id,
            OpenRequest request,
            byte[] secretSha256,
            Optional<KeyUse> key,
            Function<Checkout, Answer> render) {
        Optional<Claim> earlier = key.flatMap(use -> idempotency.look(tx, use));
        if (earlier.isPresent()) return new Prepared.Over(Verdict.of(earlier.get()));
        CartId cart = request.source() instanceof OpenRequest.Source.FromCart(CartId from) ? from : null;
        return ready(id, cart, request, quotes.offer(tx, quoteRequest(tx, request)), secretSha256, key, render);
    }

    private static Prepared ready(
            CheckoutId id,
            @Nullable CartId cart,
            OpenRequest request,
            Offer offer,
            byte[] secretSha256,
            Optional<KeyUse> key,
            Function<Checkout, Answer> render) {
        Quote quote = offer.quote();
        var checkout = new NewCheckout(
                id, cart, request.email(), request.shippingAddress(), request.shippingOption(), quote, secretSha256);
        return new Prepared.Ready(
                new OpenCheckout(checkout, holdRequest(id, offer, request.shippingAddress()), key, render));
    }

    private sealed interface Prepared {

        record Over(Verdict verdict) implements Prepared {}

        record Ready(OpenCheckout command) implements Prepared {}
    }

    private QuoteRequest quoteRequest(Tx tx, OpenRequest request) {
        return switch (request.source()) {
            case OpenRequest.Source.Lines(Currency currency, List<Wanted> lines) ->
                quoteRequest(currency, lines, request);
            case OpenRequest.Source.FromCart(CartId id) -> {
                Cart cart = carts.find(tx, id)
                        .orElseThrow(() -> Refusal.invalid("cart_id", "unknown", "there is no such cart"));
                if (cart.items().isEmpty()) throw Refusal.invalid("cart_id", "required", "the cart has no items");
                yield quoteRequest(
                        cart.currency(),
                        cart.items().stream()
                                .map(item -> new Wanted(item.sku(), item.quantity()))
                                .toList(),
                        request);
            }
        };
    }

    private static QuoteRequest quoteRequest(Currency currency, List<Wanted> lines, OpenRequest request) {
        return new QuoteRequest(
                currency,
                lines,
                request.shippingAddress(),
                request.shippingOption(),
                request.discountCodes(),
                request.email());
    }

    public Optional<Checkout> find(Tx tx, CheckoutId id) {
        return Optional.ofNullable(reader.read(tx, List.of(id)).get(id));
    }

    /// Whether this secret is the one that was handed out with the checkout.
    public boolean belongsTo(Tx tx, CheckoutId id, byte[] secretSha256) {
        return CheckoutTable.secretSha256(tx, id)
                .map(stored -> MessageDigest.isEqual(stored, secretSha256))
                .orElse(false);
    }

    /// Changes an open checkout: quotes it anew, and holds what it wants now in place of what it wanted.
    ///
    /// @throws Refusal `not_found`, `invalid_request`, `out_of_stock`, `purchase_limit`, or why it is not open
    /// any more; the caller then rolls     back
    public Checkout change(Tx tx, CheckoutId id, Changes changes) {
        Hold hold = holds.lock(tx, List.of(id)).get(id);
        if (hold == null) throw Refusals.notFound();
        Refusal closed =
                Refusals.closed(hold, reader.orders(tx, Map.of(id, hold)).get(id));
        if (closed != null) throw closed;
        StoredCheckout before = stored(tx, id);
        QuoteRequest merged = merged(before, changes);
        Offer offer = quotes.offer(tx, merged);
        HoldRequest request = holdRequest(id, offer, merged.shipTo());
        limits.demand(tx, new Purchase(merged.customer(), request));
        if (changes.lines() != null) {
            rehold(tx, request);
        } else if (changes.shippingAddress() != null) {
            holds.move(tx, request);
        }
        CheckoutTable.update(tx, with(before, changes, offer.quote()));
        return find(tx, id).orElseThrow();
    }

    private void rehold(Tx tx, HoldRequest request) {
        switch (holds.change(tx, request)) {
            case HoldPlan.Granted _ -> {}
            case HoldPlan.OutOfStock(SortedMap<Sku, Long> available) -> throw Refusals.outOfStock(available);
        }
    }

    /// Quotes a checkout anew from the catalog as it is now, if it is still open.
    ///
    /// @throws Refusal `price_changed` or `discount_code_unavailable` if there is no such quote any more,
    /// `purchase_limit` if the customer cannot buy as many any more
    void quoteAnew(CheckoutId id) {
        database.transact(tx -> {
            Hold hold = holds.lock(tx, List.of(id)).get(id);
            if (hold == null || Refusals.closed(hold, null) != null) return; // The next step says why.
            StoredCheckout before = stored(tx, id);
            QuoteRequest request = merged(before, Changes.NONE);
            Offer offer = offerAnew(tx, request);
            limits.demand(tx, new Purchase(request.customer(), holdRequest(id, offer, request.shipTo())));
            CheckoutTable.update(tx, with(before, Changes.NONE, offer.quote()));
        });
    }

    private Offer offerAnew(Tx tx, QuoteRequest request) {
        try {
            return quotes.offer(tx, request);
        } catch (Refusal refusal) {
            throw Refusals.noLongerQuotable(refusal.errors());
        }
    }

    private static StoredCheckout stored(Tx tx, CheckoutId id) {
        return Objects.requireNonNull(CheckoutTable.read(tx, List.of(id)).get(id));
    }

    private static QuoteRequest merged(StoredCheckout before, Changes changes) {
        return new QuoteRequest(
                before.quote().currency(),
                either(changes.lines(), before.wanted()),
                changes.shippingAddress() == null ? before.shippingAddress() : changes.shippingAddress(),
                changes.shippingOption() == null ? before.wantedOption() : changes.shippingOption(),
                either(changes.discountCodes(), before.quote().discountCodes()),
                changes.email() == null ? before.email() : changes.email());
    }

    private static NewCheckout with(StoredCheckout before, Changes changes, Quote quote) {
        QuoteRequest merged = merged(before, changes);
        return new NewCheckout(
                before.id(),
                before.cart(),
                merged.customer(),
                merged.shipTo(),
                merged.shippingOption(),
                quote,
                before.secretSha256());
    }

    private static <T> T either(@Nullable T changed, T before) {
        return changed == null ? before : changed;
    }

    /// Gives the stock back. Repeatable; a checkout that has expired is canceled as it is.
    ///
    /// @throws Refusal `not_found`, or `payment_in_progress`
    public Answer cancel(CheckoutId id, Optional<KeyUse> key, Function<Checkout, Answer> render) {
        return pipeline.submit(new CancelCheckout(id, key, render)).orThrow();
    }

    static HoldRequest holdRequest(CheckoutId checkout, Offer offer, @Nullable Address shipTo) {
        return new HoldRequest(
                checkout, wanted(offer.quote()), shipTo == null ? null : ShipTo.of(shipTo), offer.terms());
    }

    /// Pieces per SKU: several lines may want the same.
    private static SortedMap<Sku, Long> wanted(Quote quote) {
        var wanted = new TreeMap<Sku, Long>();
        quote.lines()
                .forEach(line -> wanted.merge(line.sku(), (long) line.quantity().pieces(), Long::sum));
        return wanted;
    }
}
