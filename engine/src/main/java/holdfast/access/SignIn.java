package holdfast.access;

/// What came of a try to sign in.
public sealed interface SignIn {

    /// Come in.
    ///
    /// @param token for the cookie; told only now
    record Welcome(String token, Session session) implements SignIn {}

    /// Nobody has this address with this password; which of them is wrong is not told.
    record Unknown() implements SignIn {}

    /// Too many tries lately; come back later.
    record TooMany() implements SignIn {}
}
