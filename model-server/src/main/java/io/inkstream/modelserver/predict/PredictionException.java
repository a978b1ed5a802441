package io.inkstream.modelserver.predict;

/** An engine failed on input that it should have answered: a fault of the engine, the model or the machine. */
public final class PredictionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public PredictionException(String message, Throwable cause) {
        super(message, cause);
    }
}
