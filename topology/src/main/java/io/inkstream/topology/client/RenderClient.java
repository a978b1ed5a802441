package io.inkstream.topology.client;

import io.inkstream.schemas.rpc.RenderLineRequest;
import java.util.function.Consumer;

/** Has lines drawn, a bounded number at a time over all its callers. Safe for use by many threads. */
public interface RenderClient {

    /**
     * Sends the request unless the limit of concurrent calls is reached; never waits.
     *
     * @param answered called exactly once if the request was sent, perhaps on another thread and perhaps before this method
     *     returns; must be quick
     * @return whether the request was sent
     */
    boolean tryRender(RenderLineRequest request, Consumer<Answer> answered);

    /** Whether a server within reach may have the version READY; false only if all of them say that they have not. */
    default boolean mayHave(String model) {
        return true;
    }

    /** Finds out soon what the servers have: something has changed. Never waits. */
    default void lookAgain() {}
}
