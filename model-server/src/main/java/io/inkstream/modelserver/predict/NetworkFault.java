package io.inkstream.modelserver.predict;

/** Says what is wrong with a network, without where. */
final class NetworkFault extends RuntimeException {
    private static final long serialVersionUID = 1;

    NetworkFault(String message) {
        super(message);
    }
}
