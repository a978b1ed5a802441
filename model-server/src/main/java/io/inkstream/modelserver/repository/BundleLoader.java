package io.inkstream.modelserver.repository;

/** Makes a model of a bundle, or says why it must not serve. Used by one thread. */
public interface BundleLoader {

    /** What a load came to. */
    record Loaded(LoadedModel model, CanaryReport canary) {}

    /** Hears where a load is. */
    interface Progress {
        /**
         * Hears that the version has reached a state.
         *
         * @throws RejectedModelException if no longer needed
         */
        void reached(VersionState state) throws RejectedModelException;
    }

    /**
     * Checks everything and draws the canary.
     *
     * @param announcement what the bundle must agree with
     * @param bundle bytes whose digest is the announced one
     * @param progress receives WARMING and CANARY
     */
    Loaded load(Announcement announcement, byte[] bundle, Progress progress) throws RejectedModelException;

    /** Loads a bundle that {@link #load} has found good, without looking again. */
    LoadedModel reload(byte[] bundle) throws RejectedModelException;
}
