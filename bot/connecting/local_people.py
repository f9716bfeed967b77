"""Who reviews and keeps the corpus in the local workspace, and where compliance reads there."""

LOCAL_COMPLIANCE = "C0COMPLI01"
LOCAL_REVIEWERS = "U0KIM00001"
LOCAL_ADMINS = "U0KIM00001"
