/** A wrong setting that prevents the start. The message is a complete sentence for the person who set it. */
export class SettingsError extends Error {}
