package holdfast.access;

/// Something that is done to run the shop, as the audit log calls it.
public enum Deed {
    ORDER_CANCELED("order.canceled", Subject.ORDER),
    ORDER_SHIPPED("order.shipped", Subject.ORDER),
    ORDER_DELIVERED("order.delivered", Subject.ORDER),
    ORDER_REFUNDED("order.refunded", Subject.ORDER),
    SAGA_RETRIED("saga.retried", Subject.PAYMENT),
    SAGA_RESOLVED("saga.resolved", Subject.PAYMENT),
    WEBHOOK_RETRIED("webhook.retried", Subject.WEBHOOK),
    PAYMENTS_RECONCILED("payments.reconciled", Subject.NOTHING),
    PRODUCT_PUT("product.put", Subject.PRODUCT),
    PRODUCTS_IMPORTED("products.imported", Subject.NOTHING),
    WAREHOUSE_PUT("warehouse.put", Subject.WAREHOUSE),
    STOCK_ADJUSTED("stock.adjusted", Subject.STOCK),
    STOCK_RECEIVED("stock.received", Subject.STOCK),
    STOCK_TRANSFERRED("stock.transferred", Subject.STOCK),
    TAX_RATE_PUT("tax_rate.put", Subject.TAX_RATE),
    TAX_RATE_DELETED("tax_rate.deleted", Subject.TAX_RATE),
    SHIPPING_RATE_PUT("shipping_rate.put", Subject.SHIPPING_RATE),
    SHIPPING_RATE_DELETED("shipping_rate.deleted", Subject.SHIPPING_RATE),
    DISCOUNT_CODE_PUT("discount_code.put", Subject.DISCOUNT_CODE),
    DISCOUNT_CODE_DELETED("discount_code.deleted", Subject.DISCOUNT_CODE),
    SALE_PLANNED("sale.planned", Subject.SALE),
    SALE_ENDED("sale.ended", Subject.SALE),
    API_KEY_CREATED("api_key.created", Subject.API_KEY),
    API_KEY_REVOKED("api_key.revoked", Subject.API_KEY),
    STAFF_CREATED("staff.created", Subject.STAFF),
    STAFF_CHANGED("staff.changed", Subject.STAFF),
    STAFF_PASSWORD_SET("staff.password_set", Subject.STAFF),
    SESSION_OPENED("session.opened", Subject.STAFF),
    SESSION_CLOSED("session.closed", Subject.STAFF);

    private final String code;
    private final Subject subject;

    Deed(String code, Subject subject) {
        this.code = code;
        this.subject = subject;
    }

    /// Its stable name: `order.refunded`.
    public String code() {
        return code;
    }

    Subject subject() {
        return subject;
    }

    static Deed of(String code) {
        for (Deed deed : values()) {
            if (deed.code.equals(code)) return deed;
        }
        throw new IllegalArgumentException("Nothing is called " + code);
    }
}
