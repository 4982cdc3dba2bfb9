package holdfast.psp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// The requests that only look.
final class Lookups {

    private final SandboxProvider provider;
    private final StripeObjects objects;

    Lookups(SandboxProvider provider, StripeObjects objects) {
        this.provider = provider;
        this.objects = objects;
    }

    ObjectNode intent(String name, Expand expand) {
        return provider.retrieve(name)
                .map(intent -> objects.intent(intent, expand))
                .orElseThrow(() -> new Refused(Desk.noSuchIntent(name)));
    }

    ObjectNode charge(String name, Expand expand) {
        PaymentIntent intent = provider.look(books -> books.intentOfCharge(name))
                .orElseThrow(() -> new Refused(StripeError.noSuch("charge", "id", name)));
        return objects.charge(intent, intent.chargeNumber(name), expand);
    }

    ObjectNode refund(String name, Expand expand) {
        return provider.look(books -> {
            Refund refund = books.refund(name);
            if (refund == null) throw new Refused(StripeError.noSuch("refund", "id", name));
            return shown(books, refund, expand);
        });
    }

    private ObjectNode shown(Books books, Refund refund, Expand expand) {
        PaymentIntent intent = books.intent(refund.intent());
        if (intent == null) throw new IllegalStateException("A refund of nothing");
        return objects.refund(refund, intent, expand);
    }

    ObjectNode method(String name) {
        return provider.look(books -> books.method(name))
                .filter(method -> method.id().startsWith("pm_"))
                .map(Cards::method)
                .orElseThrow(() -> new Refused(StripeError.noSuch("PaymentMethod", "payment_method", name)));
    }

    ObjectNode token(String name) {
        return provider.look(books -> {
            PaymentMethod token = books.token(name);
            if (token == null || !name.startsWith("tok_")) {
                throw new Refused(StripeError.noSuch("token", "token", name));
            }
            return Cards.token(token, books.isUsed(name));
        });
    }

    ObjectNode intents(Form form, Expand expand) {
        form.allow(and(Listing.PARAMETERS, "customer"));
        Listing<PaymentIntent> page = provider.look(books -> Listing.of(form, intents(books), _ -> true));
        return StripeObjects.list("/v1/payment_intents", page, intent -> objects.intent(intent, expand));
    }

    /// Of each payment the latest charge.
    ObjectNode charges(Form form, Expand expand) {
        form.allow(and(Listing.PARAMETERS, "payment_intent"));
        String of = form.text("payment_intent");
        Predicate<PaymentIntent> filter = intent ->
                !intent.charges().isEmpty() && (of == null || intent.reference().equals(of));
        Listing<PaymentIntent> page = provider.look(books -> {
            var all = intents(books);
            return Listing.of(
                    form,
                    new Listing.Source<>(all.count(), all.at(), all.createdAt(), name -> {
                        PaymentIntent intent = books.intentOfCharge(name).orElse(null);
                        return intent == null ? null : intent.terms().number();
                    }),
                    filter);
        });
        return StripeObjects.list(
                "/v1/charges",
                page,
                intent -> objects.charge(intent, intent.charges().size(), expand));
    }

    ObjectNode refunds(Form form, Expand expand) {
        form.allow(and(Listing.PARAMETERS, "payment_intent", "charge"));
        String charge = form.text("charge");
        String of = form.text("payment_intent");
        return provider.look(books -> {
            PaymentIntent charged =
                    charge == null ? null : books.intentOfCharge(charge).orElse(null);
            var source = new Listing.Source<>(books.refundCount(), books::refundAt, Refund::createdAt, name -> {
                Refund refund = books.refund(name);
                return refund == null ? null : refund.number();
            });
            Predicate<Refund> filter = refund -> (of == null || refund.intent().equals(of))
                    && (charge == null || (charged != null && refund.intent().equals(charged.reference())));
            return StripeObjects.list(
                    "/v1/refunds", Listing.of(form, source, filter), refund -> shown(books, refund, expand));
        });
    }

    ObjectNode event(String name) {
        return provider.look(books -> {
            Integer place = books.events().find(name);
            if (place == null) throw new Refused(StripeError.noSuch("event", "id", name));
            Event event = books.events().at(place);
            return objects.event(event, books.events().pending(event.number()));
        });
    }

    ObjectNode events(Form form) {
        form.allow(and(Listing.PARAMETERS, "type", "types"));
        String type = form.text("type");
        List<String> types = form.list("types");
        return provider.look(books -> {
            EventLog log = books.events();
            var source = new Listing.Source<>(log.known(), log::at, Event::at, log::find);
            Predicate<Event> filter =
                    event -> (type == null || event.kind().type().equals(type))
                            && (types.isEmpty() || types.contains(event.kind().type()));
            return StripeObjects.list(
                    "/v1/events",
                    Listing.of(form, source, filter),
                    event -> objects.event(event, log.pending(event.number())));
        });
    }

    private static Listing.Source<PaymentIntent> intents(Books books) {
        return new Listing.Source<>(books.intentCount(), books::intentAt, PaymentIntent::createdAt, name -> {
            PaymentIntent intent = books.intent(name);
            return intent == null ? null : intent.terms().number();
        });
    }

    private static Set<String> and(Set<String> names, String... more) {
        var all = new HashSet<>(names);
        all.addAll(Set.of(more));
        return all;
    }
}
