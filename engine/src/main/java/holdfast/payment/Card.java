package holdfast.payment;

/// All that we keep of a card: its brand (`visa`) and its last four digits.
public record Card(String brand, String last4) {}
