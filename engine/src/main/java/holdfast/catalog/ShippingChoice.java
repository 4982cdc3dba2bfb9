package holdfast.catalog;

import holdfast.kernel.Money;

/// One way to ship what is quoted, and what it costs.
public record ShippingChoice(String option, String title, Money price) {}
