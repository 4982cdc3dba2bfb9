package holdfast.drill;

/// Why a line is no sale of a product.
enum Skip {
    POSTAGE("postage or carriage"),
    MANUAL("manual entry"),
    DISCOUNT("discount"),
    SAMPLE("sample"),
    FEE("fee or charge"),
    ADJUSTMENT("bookkeeping adjustment"),
    VOUCHER("gift voucher"),
    NOT_A_PRODUCT("not a product"),
    WRITE_OFF("negative quantity, no cancellation"),
    NO_UNITS("quantity of zero"),
    TOO_MANY("more pieces than the shop takes"),
    ADDED_BY_CANCELLATION("positive quantity, but a cancellation"),
    ZERO_PRICE("zero price"),
    NEGATIVE_PRICE("negative price"),
    FRACTION_OF_PENNY("price with a fraction of a penny");

    private final String text;

    Skip(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
