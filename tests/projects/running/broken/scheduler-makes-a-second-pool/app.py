import scheduler
from db import engine
