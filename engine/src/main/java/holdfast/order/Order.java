package holdfast.order;

import holdfast.kernel.Address;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Email;
import holdfast.kernel.FulfillmentId;
import holdfast.kernel.Money;
import holdfast.kernel.OrderId;
import holdfast.kernel.PaymentId;
import holdfast.kernel.Quantity;
import holdfast.kernel.RefundId;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import holdfast.payment.Card;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A promise to a shopper, whole: what was bought, what it cost, who ships which piece, and what has happened
/// since. Its lines and totals never change; its state does.
public record Order(
        OrderId id,
        long number,
        Status status,
        PaymentStatus paymentStatus,
        CheckoutId checkout,
        Email email,
        Address shippingAddress,
        String shippingOption,
        String shippingTitle,
        List<String> discountCodes,
        List<Line> lines,
        Totals totals,
        List<Allocation> allocations,
        List<PaidBy> payments,
        List<Fulfillment> fulfillments,
        List<Refund> refunds,
        List<Transition> timeline,
        Instant placedAt,
        Instant updatedAt) {

    /// How far an order got.
    ///
    /// ```
    /// pending ─▶ paid ─▶ partially_shipped ─▶ shipped ─▶ delivered
    ///    └────────┴────▶ canceled
    /// ```
    public enum Status {
        PENDING,
        PAID,
        PARTIALLY_SHIPPED,
        SHIPPED,
        DELIVERED,
        CANCELED;

        /// Where it can go from here.
        Set<Status> next() {
            return switch (this) {
                case PENDING -> Set.of(PAID, CANCELED);
                case PAID -> Set.of(PARTIALLY_SHIPPED, SHIPPED, CANCELED);
                case PARTIALLY_SHIPPED -> Set.of(SHIPPED);
                case SHIPPED -> Set.of(DELIVERED);
                case DELIVERED, CANCELED -> Set.of();
            };
        }

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Status of(String code) {
            return valueOf(code.toUpperCase(Locale.ROOT));
        }
    }

    /// Where the money is. An order over nothing counts as captured.
    public enum PaymentStatus {
        AUTHORIZED,
        CAPTURED,
        PARTIALLY_REFUNDED,
        REFUNDED,
        VOIDED;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static PaymentStatus of(String code) {
            return valueOf(code.toUpperCase(Locale.ROOT));
        }
    }

    /// So many pieces of one SKU, at the price they were sold at.
    ///
    /// @param discount this line's share of the discount
    /// @param tax what this line adds in tax
    /// @param refunded how many pieces were refunded by line
    public record Line(
            int lineNo,
            Sku sku,
            String title,
            Quantity quantity,
            Money unitPrice,
            Money total,
            Money discount,
            Money tax,
            int refunded) {}

    /// `total = subtotal - discount + shipping + tax`
    public record Totals(Money subtotal, Money discount, Money shipping, Money tax, Money total) {}

    /// Which warehouse owes which pieces of a line.
    ///
    /// @param warehouse [WarehouseCode#NONE] where they are backordered
    public record Allocation(int lineNo, Sku sku, WarehouseCode warehouse, long quantity, long shipped, long canceled) {

        /// Whether no warehouse has the pieces yet.
        public boolean isBackordered() {
            return warehouse.isNone();
        }

        /// What is still to be shipped.
        public long left() {
            return quantity - shipped - canceled;
        }
    }

    /// What paid for the order, and how far its money got.
    public record PaidBy(
            PaymentId id,
            String gateway,
            @Nullable String reference,
            String state,
            Money amount,
            Money captured,
            Money refunded,
            @Nullable Card card) {}

    /// A parcel on its way, or arrived.
    public record Fulfillment(
            FulfillmentId id,
            String carrier,
            String trackingNumber,
            List<Shipped> lines,
            Instant shippedAt,
            @Nullable Instant deliveredAt) {}

    /// Which pieces of a line are in a parcel, and from where.
    public record Shipped(int lineNo, Sku sku, WarehouseCode warehouse, long quantity) {}

    /// Money given back.
    ///
    /// @param state `pending`, `succeeded` or `failed`
    public record Refund(
            RefundId id,
            String state,
            Money amount,
            boolean restock,
            String reason,
            List<Refunded> lines,
            Instant createdAt) {}

    /// How many pieces of a line a refund is for.
    public record Refunded(int lineNo, Sku sku, int quantity) {}

    /// How far the order got, and when.
    public record Transition(Status status, Instant at) {}
}
