package holdfast.db;

/// Something to be written through the [Pipeline], whose answer is an `R`. A plain record of the module that
/// owns it.
public interface Command<R> {}
