package holdfast.storefront;

import holdfast.cart.Cart;
import holdfast.catalog.ShippingRate;
import holdfast.catalog.ShippingRates;
import holdfast.checkout.Changes;
import holdfast.checkout.Checkout;
import holdfast.checkout.Checkouts;
import holdfast.db.Database;
import holdfast.kernel.FieldError;
import holdfast.kernel.Ids;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import holdfast.order.Order;
import holdfast.pages.Flash;
import holdfast.pages.Form;
import holdfast.pages.FormErrors;
import holdfast.pages.Head;
import holdfast.pages.Visit;
import holdfast.storefront.OwnCheckouts.Own;
import io.helidon.webserver.http.HttpRules;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The page of an open checkout, and what is typed into it.
final class CheckoutForm {

    private static final int RATES_MAX = 1_000;
    private static final int LINES_SHORT_MAX = 5;

    private final Door door;
    private final Database database;
    private final Checkouts checkouts;
    private final ShippingRates shippingRates;
    private final Guests guests;
    private final OwnCheckouts owned;
    private final Provider provider;

    CheckoutForm(Door door, Storefront.Modules modules, Guests guests, OwnCheckouts owned, Provider provider) {
        this.door = door;
        this.database = modules.database();
        this.checkouts = modules.checkout().checkouts();
        this.shippingRates = modules.shippingRates();
        this.guests = guests;
        this.owned = owned;
        this.provider = provider;
    }

    void register(HttpRules rules) {
        door.form(rules, "/checkout/{id}/details", this::change);
    }

    // ---- the page

    /// A checkout as it is shown.
    ///
    /// @param attempt the name of the attempt to pay that begins on this page
    /// @param secondsLeft until the hold expires
    record CheckoutPage(
            Chrome chrome,
            Checkout checkout,
            Details details,
            Provider provider,
            String attempt,
            long secondsLeft,
            @Nullable String declined,
            @Nullable Notice notice) {

        String id() {
            return checkout.id().value().toString();
        }

        Order.Totals totals() {
            return checkout.totals();
        }

        boolean isFree() {
            return checkout.totals().total().isZero();
        }

        boolean isReadyToPay() {
            return checkout.email() != null && checkout.shippingAddress() != null && checkout.shipping() != null;
        }

        String clock() {
            return Show.clock(secondsLeft);
        }

        String error(String field) {
            String error = details.errors().of(field);
            return error == null ? "" : error;
        }

        boolean isWrong(String field) {
            return details.errors().has(field);
        }

        Provider.@Nullable WithFields fields() {
            return provider instanceof Provider.WithFields fields ? fields : null;
        }

        Provider.@Nullable Stripe stripe() {
            return provider instanceof Provider.Stripe stripe ? stripe : null;
        }

        List<Provider.Wallet> wallets() {
            return provider instanceof Provider.Sandbox sandbox && !isFree() ? sandbox.wallets() : List.of();
        }

        /// The total as the provider's fields count it; null where that is no number they know.
        @Nullable
        String amount() {
            OptionalLong amount = stripe() == null
                    ? OptionalLong.empty()
                    : stripe().minorUnits().apply(totals().total());
            return amount.isPresent() ? String.valueOf(amount.getAsLong()) : null;
        }

        String payLabel() {
            return isFree() ? "Place the order" : "Pay " + Show.money(totals().total());
        }

        boolean isChosen(Checkout.Shipping option) {
            return checkout.shipping() != null
                    && option.option().equals(checkout.shipping().option());
        }

        /// Whether the list of what is bought needs a place to scroll in, beside the form.
        boolean isLong() {
            return checkout.lines().size() > LINES_SHORT_MAX;
        }

        static String picture(Checkout.Line line) {
            return Goods.picture(line.sku());
        }
    }

    /// Something to say at the head of the page, in place.
    record Notice(String tone, String headline, String text) {}

    void show(Visit visit, Own own) {
        visit.page("storefront/checkout", page(visit, own, Details.of(own.checkout()), null));
    }

    /// The page again, with what was typed and what is in the way.
    void again(Visit visit, Own own, Details details, @Nullable Notice notice) {
        CheckoutPage page = page(visit, own, details, notice);
        if (visit.isPartial()) {
            visit.page("storefront/changed", page);
        } else {
            visit.wrong("storefront/checkout", page);
        }
    }

    private CheckoutPage page(Visit visit, Own own, Details details, @Nullable Notice notice) {
        Head head = visit.head("Checkout").with("shop.js", "checkout.js");
        if (provider instanceof Provider.WithFields fields) visit.letIn(fields.others());
        Optional<Cart> cart = database.read(tx -> guests.cart(tx, visit));
        Checkout.Payment last = own.checkout().payment();
        String declineCode = last == null || !last.state().equals("declined") ? null : last.declineCode();
        return new CheckoutPage(
                Chrome.of(head, cart),
                own.checkout(),
                details,
                provider,
                Ids.next().toString(),
                own.secondsLeft(),
                declineCode == null ? null : Words.declined(declineCode),
                notice);
    }

    // ---- what is typed

    private void change(Visit visit) {
        Form form = visit.form();
        boolean inPlace = visit.isPartial();
        Own own = owned.named(visit);
        Details details = Details.read(form, !inPlace);
        if (own.checkout().status() != Checkout.Status.OPEN || !save(visit, own, details)) {
            visit.seeOther(OwnCheckouts.address(own.id()));
            return;
        }
        CheckoutPage page = page(visit, owned.named(visit), details, null);
        if (inPlace) {
            visit.page("storefront/changed", page);
        } else if (details.errors().isEmpty()) {
            visit.flash(Flash.good("Saved."));
            visit.seeOther(OwnCheckouts.address(own.id()));
        } else {
            visit.wrong("storefront/checkout", page);
        }
    }

    /// Writes down what can be of what was typed; errors go to the form. Tells whether the checkout is still
    /// open.
    ///
    /// @throws Refusal `rate_limited`, for a form without scripts; else that is told beside the code
    boolean save(Visit visit, Own own, Details details) {
        Changes changes = details.changes(own.checkout());
        if (changes == null) return true;
        try {
            if (details.triesCode(own.checkout())) door.tryCode(visit, () -> tryToChange(own.checkout(), changes));
            else tryToChange(own.checkout(), changes);
            return true;
        } catch (Refusal refusal) {
            if (OwnCheckouts.isOver(refusal)) return false;
            if (refusal.problem() == Problem.RATE_LIMITED && visit.isPartial()) {
                details.errors().add("code", Visit.words(refusal));
                return save(visit, own, details.withoutTriedCode(own.checkout()));
            }
            complain(details.errors(), refusal);
            return true;
        }
    }

    /// A way to ship that was chosen for another country must not keep anybody from moving.
    private void tryToChange(Checkout checkout, Changes changes) {
        try {
            database.transact(tx -> checkouts.change(tx, checkout.id(), changes));
        } catch (Refusal refusal) {
            boolean onlyOption = refusal.problem() == Problem.INVALID_REQUEST
                    && !refusal.errors().isEmpty()
                    && refusal.errors().stream().allMatch(error -> error.field().equals("shipping_option"));
            if (!onlyOption) throw refusal;
            for (String option : options(checkout)) {
                if (triedWith(checkout, changes, option)) return;
            }
            throw refusal;
        }
    }

    private boolean triedWith(Checkout checkout, Changes changes, String option) {
        try {
            database.transact(tx -> checkouts.change(
                    tx,
                    checkout.id(),
                    new Changes(changes.email(), changes.shippingAddress(), option, changes.discountCodes(), null)));
            return true;
        } catch (Refusal refusal) {
            if (refusal.problem() == Problem.INVALID_REQUEST) return false;
            throw refusal;
        }
    }

    private List<String> options(Checkout checkout) {
        return database.read(tx -> shippingRates.list(tx, RATES_MAX, null)).data().stream()
                .filter(rate -> rate.price().currency().equals(checkout.currency()))
                .map(ShippingRate::option)
                .distinct()
                .toList();
    }

    /// @throws Refusal the same, if it is not about what was typed
    private static void complain(FormErrors errors, Refusal refusal) {
        switch (refusal.problem()) {
            case INVALID_REQUEST -> refusal.errors().forEach(error -> complain(errors, error));
            case PURCHASE_LIMIT -> errors.add("email", "With this address, that is more than one customer can have.");
            case OUT_OF_STOCK -> errors.add("country", "There is not enough left that can be sent there.");
            default -> throw refusal;
        }
    }

    private static void complain(FormErrors errors, FieldError error) {
        String field = error.field();
        if (field.startsWith("discount_codes")) {
            errors.add("code", Words.code(error));
        } else if (field.equals("shipping_address.country") || field.equals("shipping_option")) {
            errors.add("country", "We do not send there.");
        } else if (field.startsWith("shipping_address.")) {
            errors.add(field.substring("shipping_address.".length()), error.message());
        } else {
            errors.add("email", error.message());
        }
    }
}
