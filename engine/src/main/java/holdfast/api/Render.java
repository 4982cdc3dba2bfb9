package holdfast.api;

import holdfast.access.ApiKey;
import holdfast.access.AuditEntry;
import holdfast.access.Scope;
import holdfast.admission.WaitingRoom.Sale;
import holdfast.cart.Cart;
import holdfast.catalog.DiscountCode;
import holdfast.catalog.DiscountCode.Off;
import holdfast.catalog.ImportReport;
import holdfast.catalog.Product;
import holdfast.catalog.SaleTerms;
import holdfast.catalog.ShippingRate;
import holdfast.catalog.TaxRate;
import holdfast.checkout.Checkout;
import holdfast.checkout.Saga;
import holdfast.event.Notice;
import holdfast.inventory.HeldUnits;
import holdfast.inventory.Movement;
import holdfast.inventory.Stock;
import holdfast.inventory.Transfer;
import holdfast.inventory.Warehouse;
import holdfast.kernel.Address;
import holdfast.kernel.Money;
import holdfast.kernel.Rate;
import holdfast.kernel.WarehouseCode;
import holdfast.order.Order;
import holdfast.payment.Card;
import holdfast.payment.WorkList;
import holdfast.reconcile.Report;
import holdfast.reconcile.Webhooks;

/// How things look on the wire, member by member, in the order of the OpenAPI document.
final class Render {

    private Render() {}

    static void product(JsonWriter json, Product product) {
        json.name("sku", product.sku())
                .text("title", product.title())
                .money("price", product.price())
                .number("weight_grams", product.weightGrams())
                .text("tax_category", product.taxCategory());
        terms(json, product.terms());
        json.time("created_at", product.createdAt()).time("updated_at", product.updatedAt());
    }

    private static void terms(JsonWriter json, SaleTerms terms) {
        if (terms.purchaseLimit() != null) json.number("purchase_limit", terms.purchaseLimit());
        if (terms.holdSeconds() != null) json.number("hold_seconds", terms.holdSeconds());
        if (terms.backorderLimit() > 0) json.number("backorder_limit", terms.backorderLimit());
    }

    static void apiKey(JsonWriter json, ApiKey key) {
        json.name("id", key.id())
                .text("title", key.title())
                .text("kind", key.kind().code())
                .texts("scopes", key.scopes().stream().map(Scope::code).sorted().toList())
                .time("created_at", key.createdAt())
                .time("expires_at", key.expiresAt())
                .time("revoked_at", key.revokedAt());
    }

    static void auditEntry(JsonWriter json, AuditEntry entry) {
        json.number("seq", entry.seq())
                .time("at", entry.at())
                .object(
                        "actor",
                        entry.actor(),
                        (it, actor) -> it.text("kind", actor.kind().code())
                                .name("id", actor.id())
                                .text("title", entry.by()))
                .text("deed", entry.deed().code())
                .text("subject_id", entry.subject())
                .raw("before", entry.before())
                .raw("after", entry.after())
                .name("request_id", entry.actor().request())
                .text("previous", entry.previous())
                .text("hash", entry.hash());
    }

    static void imported(JsonWriter json, ImportReport report) {
        json.number("imported", report.imported())
                .number("skipped", report.skipped())
                .objects(
                        "bad_rows",
                        report.badRows(),
                        (row, bad) -> row.number("line", bad.line())
                                .text("field", bad.field())
                                .text("code", bad.code())
                                .text("message", bad.message()));
    }

    static void cart(JsonWriter json, Cart cart) {
        json.name("id", cart.id())
                .text("currency", cart.currency().getCurrencyCode())
                .objects(
                        "items",
                        cart.items(),
                        (row, item) -> row.name("sku", item.sku())
                                .text("title", item.title())
                                .number("quantity", item.quantity().pieces())
                                .money("unit_price", item.unitPrice())
                                .money("total", item.total()))
                .money("subtotal", cart.subtotal())
                .time("created_at", cart.createdAt())
                .time("updated_at", cart.updatedAt());
    }

    static void warehouse(JsonWriter json, Warehouse warehouse) {
        json.name("code", warehouse.code())
                .text("title", warehouse.title())
                .text("country", warehouse.country())
                .number("priority", warehouse.priority())
                .truth("active", warehouse.active())
                .objects(
                        "serves",
                        warehouse.serves(),
                        (row, area) -> row.text("country", area.country())
                                .text("postal_prefix", area.postalPrefix())
                                .number("rank", area.rank()));
    }

    static void stock(JsonWriter json, Stock stock) {
        json.name("sku", stock.sku())
                .number("on_hand", stock.onHand())
                .number("held", stock.held())
                .number("allocated", stock.allocated())
                .number("available", stock.available())
                .number("backordered", stock.backordered())
                .objects("warehouses", stock.levels(), Render::level);
    }

    static void movement(JsonWriter json, Movement movement) {
        json.name("sku", movement.sku())
                .name("warehouse", movement.level().warehouse())
                .text("kind", movement.kind().code())
                .number("delta", movement.delta())
                .text("reason", movement.reason());
        units(json, movement.level());
    }

    static void transfer(JsonWriter json, Transfer transfer) {
        json.name("sku", transfer.sku())
                .number("quantity", transfer.quantity())
                .text("reason", transfer.reason())
                .object("from", transfer.from(), Render::level)
                .object("to", transfer.to(), Render::level);
    }

    private static void level(JsonWriter json, Stock.Level level) {
        json.name("warehouse", level.warehouse());
        units(json, level);
    }

    private static void units(JsonWriter json, Stock.Level level) {
        json.number("on_hand", level.onHand())
                .number("held", level.held())
                .number("allocated", level.allocated())
                .number("available", level.available());
    }

    static void held(JsonWriter json, HeldUnits held) {
        json.name("hold_id", held.checkout())
                .name("checkout_id", held.checkout())
                .name("email", held.email())
                .text("state", held.state())
                .name("sku", held.sku());
        place(json, held.warehouse()).number("quantity", held.quantity()).time("expires_at", held.expiresAt());
    }

    /// Where pieces are.
    private static JsonWriter place(JsonWriter json, WarehouseCode warehouse) {
        return warehouse.isNone() ? json.text("kind", "backorder") : json.name("warehouse", warehouse);
    }

    static void taxRate(JsonWriter json, TaxRate rate) {
        json.text("id", rate.id())
                .text("title", rate.title())
                .text("country", rate.country())
                .text("region", rate.region())
                .text("tax_category", rate.taxCategory())
                .text("percent", rate.rate().percent())
                .truth("on_shipping", rate.onShipping());
    }

    static void shippingRate(JsonWriter json, ShippingRate rate) {
        json.text("id", rate.id())
                .text("option", rate.option())
                .text("title", rate.title())
                .text("country", rate.country())
                .money("price", rate.price())
                .text("basis", rate.basis().code())
                .number("at_least", rate.atLeast());
        if (rate.below() != null) json.number("below", rate.below());
    }

    static void discountCode(JsonWriter json, DiscountCode code) {
        json.text("code", code.code());
        switch (code.terms().off()) {
            case Off.Percent(Rate rate) -> json.text("percent", rate.percent());
            case Off.Amount(Money amount) -> json.money("amount", amount);
        }
        if (code.terms().usesMax() != null) json.number("uses_max", code.terms().usesMax());
        if (code.terms().usesPerCustomer() != null) {
            json.number("uses_per_customer", code.terms().usesPerCustomer());
        }
        json.time("starts_at", code.terms().startsAt())
                .time("ends_at", code.terms().endsAt())
                .number("uses", code.uses());
    }

    static void checkout(JsonWriter json, Checkout checkout) {
        json.name("id", checkout.id())
                .text("status", checkout.status().code())
                .name("cart_id", checkout.cart())
                .text("currency", checkout.currency().getCurrencyCode())
                .name("email", checkout.email())
                .object("shipping_address", checkout.shippingAddress(), Render::address)
                .object("shipping_option", checkout.shipping(), Render::shipping)
                .objects("shipping_options", checkout.shippingOptions(), Render::shipping)
                .texts("discount_codes", checkout.discountCodes())
                .objects(
                        "line_items",
                        checkout.lines(),
                        (row, line) -> row.number("line", line.lineNo())
                                .name("sku", line.sku())
                                .text("title", line.title())
                                .number("quantity", line.quantity().pieces())
                                .money("unit_price", line.unitPrice())
                                .money("total", line.total()))
                .object("totals", checkout.totals(), Render::totals)
                .object("hold", checkout.hold(), Render::hold)
                .object("payment", checkout.payment(), Render::payment)
                .name("order", checkout.order())
                .time("created_at", checkout.createdAt())
                .time("updated_at", checkout.updatedAt());
    }

    private static void shipping(JsonWriter json, Checkout.Shipping shipping) {
        json.text("option", shipping.option()).text("title", shipping.title()).money("price", shipping.price());
    }

    private static void hold(JsonWriter json, Checkout.Hold hold) {
        json.name("id", hold.id())
                .text("state", hold.state())
                .time("expires_at", hold.expiresAt())
                .objects(
                        "lines",
                        hold.lines(),
                        (row, line) -> place(row.name("sku", line.sku()), line.warehouse())
                                .number("quantity", line.quantity()))
                .text("sourcing", hold.sourcing());
    }

    private static void payment(JsonWriter json, Checkout.Payment payment) {
        json.name("id", payment.id())
                .text("gateway", payment.gateway())
                .text("status", payment.state())
                .money("amount", payment.amount())
                .object("card", payment.card(), Render::card)
                .text("decline_code", payment.declineCode());
        nextAction(json, payment);
    }

    static void nextAction(JsonWriter json, Checkout.Payment payment) {
        json.object(
                "next_action",
                payment.nextActionUrl(),
                (action, url) -> action.text("type", "redirect").text("url", url));
    }

    static void order(JsonWriter json, Order order) {
        json.name("id", order.id())
                .number("number", order.number())
                .text("status", order.status().code())
                .text("payment_status", order.paymentStatus().code())
                .name("checkout_id", order.checkout())
                .name("email", order.email())
                .object("shipping_address", order.shippingAddress(), Render::address)
                .object(
                        "shipping_option",
                        order,
                        (option, of) ->
                                option.text("option", of.shippingOption()).text("title", of.shippingTitle()))
                .texts("discount_codes", order.discountCodes())
                .objects("line_items", order.lines(), Render::orderLine)
                .object("totals", order.totals(), Render::totals)
                .objects("allocations", order.allocations(), Render::allocation)
                .objects("payments", order.payments(), Render::paidBy)
                .objects("fulfillments", order.fulfillments(), Render::fulfillment)
                .objects("refunds", order.refunds(), Render::refund)
                .objects(
                        "timeline",
                        order.timeline(),
                        (row, transition) ->
                                row.text("status", transition.status().code()).time("at", transition.at()))
                .time("placed_at", order.placedAt())
                .time("updated_at", order.updatedAt());
    }

    /// An order, as far as a list shows it.
    static void orderSummary(JsonWriter json, Order order) {
        json.name("id", order.id())
                .number("number", order.number())
                .text("status", order.status().code())
                .text("payment_status", order.paymentStatus().code())
                .name("checkout_id", order.checkout())
                .name("email", order.email())
                .money("total", order.totals().total())
                .time("placed_at", order.placedAt())
                .time("updated_at", order.updatedAt());
    }

    static void sale(JsonWriter json, Sale sale) {
        json.text("sku", sale.sku().code()).time("starts_at", sale.startsAt()).truth("begun", sale.begun());
        if (sale.limit() != null) json.number("limit_per_customer", sale.limit());
    }

    static void notice(JsonWriter json, Notice notice) {
        json.text("type", notice.type())
                .text("aggregate_type", notice.aggregateType())
                .name("aggregate_id", notice.aggregateId())
                .raw("payload", notice.payload())
                .time("at", notice.at());
    }

    static void saga(JsonWriter json, Saga saga) {
        json.name("id", saga.id())
                .name("checkout_id", saga.checkout())
                .name("order_id", saga.order())
                .text("gateway", saga.gateway())
                .text("reference", saga.reference())
                .text("state", saga.state())
                .money("amount", saga.amount())
                .number("tries", saga.tries())
                .time("began_at", saga.beganAt())
                .time("next_look_at", saga.nextLookAt())
                .objects("stuck", saga.stuck(), Render::workItem);
    }

    private static void workItem(JsonWriter json, WorkList.Item item) {
        json.text("reason", item.reason().code()).text("detail", item.detail()).time("since", item.since());
    }

    static void address(JsonWriter json, Address address) {
        json.text("name", address.name())
                .text("company", address.company())
                .text("line1", address.line1())
                .text("line2", address.line2())
                .text("city", address.city())
                .text("region", address.region())
                .text("postal_code", address.postalCode())
                .text("country", address.country())
                .text("phone", address.phone());
    }

    static void totals(JsonWriter json, Order.Totals totals) {
        json.money("subtotal", totals.subtotal())
                .money("discount", totals.discount())
                .money("shipping", totals.shipping())
                .money("tax", totals.tax())
                .money("total", totals.total());
    }

    static void card(JsonWriter json, Card card) {
        json.text("brand", card.brand()).text("last4", card.last4());
    }

    private static void orderLine(JsonWriter json, Order.Line line) {
        json.number("line", line.lineNo())
                .name("sku", line.sku())
                .text("title", line.title())
                .number("quantity", line.quantity().pieces())
                .money("unit_price", line.unitPrice())
                .money("total", line.total())
                .money("discount", line.discount())
                .money("tax", line.tax())
                .number("refunded", line.refunded());
    }

    private static void allocation(JsonWriter json, Order.Allocation allocation) {
        place(json.number("line", allocation.lineNo()).name("sku", allocation.sku()), allocation.warehouse())
                .number("quantity", allocation.quantity())
                .number("shipped", allocation.shipped())
                .number("canceled", allocation.canceled());
    }

    private static void paidBy(JsonWriter json, Order.PaidBy payment) {
        json.name("id", payment.id())
                .text("gateway", payment.gateway())
                .text("reference", payment.reference())
                .text("status", payment.state())
                .money("amount", payment.amount())
                .money("captured", payment.captured())
                .money("refunded", payment.refunded())
                .object("card", payment.card(), Render::card);
    }

    static void fulfillment(JsonWriter json, Order.Fulfillment fulfillment) {
        json.name("id", fulfillment.id())
                .text("carrier", fulfillment.carrier())
                .text("tracking_number", fulfillment.trackingNumber())
                .objects(
                        "lines",
                        fulfillment.lines(),
                        (row, line) -> row.number("line", line.lineNo())
                                .name("sku", line.sku())
                                .name("warehouse", line.warehouse())
                                .number("quantity", line.quantity()))
                .time("shipped_at", fulfillment.shippedAt())
                .time("delivered_at", fulfillment.deliveredAt());
    }

    /// A fulfillment, and how far its order is now.
    static void fulfillment(JsonWriter json, Order.Fulfillment fulfillment, Order of) {
        fulfillment(json, fulfillment);
        json.name("order_id", of.id()).text("order_status", of.status().code());
    }

    static void webhook(JsonWriter json, Webhooks.Notice notice) {
        json.text("id", notice.id())
                .text("type", notice.type())
                .text("reference", notice.reference())
                .text("status", notice.state().code())
                .number("tries", notice.tries())
                .text("detail", notice.detail())
                .time("created_at", notice.createdAt())
                .time("received_at", notice.receivedAt());
    }

    static void reconciliation(JsonWriter json, Report report) {
        json.name("id", report.id())
                .text("gateway", report.gateway())
                .text("kind", report.kind().code())
                .text("status", report.status())
                .time("since", report.since())
                .time("until", report.until())
                .time("started_at", report.startedAt())
                .time("ended_at", report.endedAt())
                .number("checked", report.checked())
                .number("agreed", report.agreed())
                .number("underway", report.underway())
                .objects(
                        "findings",
                        report.findings(),
                        (row, finding) -> row.text("reference", finding.reference())
                                .name("payment_id", finding.payment())
                                .text("detail", finding.detail())
                                .truth("resolved", finding.resolved()))
                .text("incomplete", report.incomplete());
    }

    static void refund(JsonWriter json, Order.Refund refund) {
        json.name("id", refund.id())
                .text("status", refund.state())
                .money("amount", refund.amount())
                .truth("restock", refund.restock())
                .text("reason", refund.reason())
                .objects(
                        "lines",
                        refund.lines(),
                        (row, line) -> row.number("line", line.lineNo())
                                .name("sku", line.sku())
                                .number("quantity", line.quantity()))
                .time("created_at", refund.createdAt());
    }
}
