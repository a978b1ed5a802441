package io.inkstream.topology.routing;

import java.util.function.Function;

/** Where a document goes. */
public sealed interface Route {

    <T> T match(Function<To, T> to, Function<Waits, T> waits, Function<Nowhere, T> nowhere);

    /**
     * The version draws it.
     *
     * @param policyRevision what decided: a policy's revision, {@code default}, or {@code document-pin}
     */
    record To(Version version, String policyRevision) implements Route {
        @Override
        public <T> T match(Function<To, T> to, Function<Waits, T> waits, Function<Nowhere, T> nowhere) {
            return to.apply(this);
        }
    }

    /**
     * Nothing can draw it yet.
     *
     * @param reason one sentence for the operator
     */
    record Waits(String reason) implements Route {
        @Override
        public <T> T match(Function<To, T> to, Function<Waits, T> waits, Function<Nowhere, T> nowhere) {
            return waits.apply(this);
        }
    }

    /**
     * The document is pinned to a version that nobody serves or is about to serve.
     *
     * @param reason one sentence for the document's author
     */
    record Nowhere(String reason) implements Route {
        @Override
        public <T> T match(Function<To, T> to, Function<Waits, T> waits, Function<Nowhere, T> nowhere) {
            return nowhere.apply(this);
        }
    }
}
