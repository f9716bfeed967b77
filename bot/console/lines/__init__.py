"""Which conversations a viewer looks through: filters, the queue's lines, what each is called."""
