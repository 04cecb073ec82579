import AsyncHTTPClient
import Hummingbird


import ServiceLifecycle
